// @ts-check
import { fillInExamples, runCampaign, stopCampaign } from './campaign.js';
import { chooseFailing, sendCode, showCode, signIn } from './code.js';
import { showDestination } from './destination.js';
import { on } from './elements.js';
import { switchLanguage, translate } from './language.js';
import { listen } from './live.js';
import { loseAnswer } from './lose.js';

on('code', 'submit', sendCode);
on('phone', 'input', showCode);
on('failing', 'change', chooseFailing);
on('login', 'submit', signIn);
on('campaign', 'submit', runCampaign);
on('stop', 'click', stopCampaign);
on('examples', 'click', fillInExamples);
on('lose', 'click', loseAnswer);
on('language', 'click', switchLanguage);
showCode();
translate();
listen();
void showDestination();
