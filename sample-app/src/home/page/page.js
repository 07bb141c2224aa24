// @ts-check
import {
  cancelCampaign,
  chooseFile,
  dropFile,
  pauseCampaign,
  resumeCampaign,
  showCampaigns,
  showChosen,
  startCampaign,
} from './campaign.js';
import { chooseFailing, sendCode, showCode, signIn } from './code.js';
import { showDestination } from './destination.js';
import { $, on } from './elements.js';
import { showHealth } from './health.js';
import { switchLanguage, translate } from './language.js';
import { listen } from './live.js';
import { loseAnswer } from './lose.js';
import { shipOrder } from './order.js';
import { showSources } from './source.js';

on('code', 'submit', sendCode);
on('phone', 'input', showCode);
on('failing', 'change', chooseFailing);
on('login', 'submit', signIn);
on('order', 'submit', shipOrder);
on('campaign', 'submit', startCampaign);
on('file', 'change', chooseFile);
on('pause', 'click', pauseCampaign);
on('resume', 'click', resumeCampaign);
on('cancel', 'click', cancelCampaign);
on('check', 'click', showHealth);
on('drop', 'dragover', () => $('drop').classList.add('over'));
on('drop', 'dragleave', () => $('drop').classList.remove('over'));
$('drop').addEventListener('drop', (event) => {
  event.preventDefault();
  dropFile(event);
});
on('lose', 'click', loseAnswer);
on('language', 'click', switchLanguage);
showCode();
showChosen();
showSources();
translate();
listen();
void showDestination();
void showCampaigns();
void showHealth();
