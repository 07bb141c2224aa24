import { afterEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../../support/browser.js';
import { officialClient } from '../official-client.js';
import { InboxHost } from './inbox-host.js';

const hosts: InboxHost[] = [];
const startWithAll = async (): Promise<InboxHost> => {
  const host = await InboxHost.start({ delivery: 'realistic' });
  hosts.push(host);
  await host.send({ to: '+8613822223333' });
  await host.send();
  await host.send({ params: ['ABC', '5'] });
  host.emulator.reply({ to: '+8613711112222', text: '好的' });
  await officialClient(host.emulator, undefined, 'another-key')
    .DescribePhoneNumberInfo({ PhoneNumberSet: ['+8613711112222'] })
    .catch(() => undefined);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => host.stop()));
});

/** What of the page, as a reader of the screen gets it, can be worked but has no name. */
const nameless = async (page: Page): Promise<string[]> => {
  const tree = await page.locator('body').ariaSnapshot();
  return tree
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^- (?:button|textbox|searchbox|tab|tabpanel|dialog|region)\b/.test(line))
    .filter((line) => !/"[^"]+"/.test(line));
};
/** The parts of the page that the Tab key comes to, until it comes round. */
const tabStops = async (page: Page): Promise<string[]> => {
  const stops: string[] = [];
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    await page.keyboard.press('Tab');
    // oxlint-disable-next-line no-await-in-loop
    const stop = await page.evaluate<string>(`(() => {
      const { activeElement: node } = document;
      const style = getComputedStyle(node);
      const seen = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none';
      return (node.id || node.className || node.localName) + (seen ? '' : ' without a ring');
    })()`);
    if (stop === stops[0] || stop.startsWith('body') || stops.length > 60) {
      return stops;
    }
    stops.push(stop);
  }
};

describeInBrowser('the accessibility of the inbox', (open) => {
  it.each(['en-US', 'zh-CN'])('gives every control an accessible name, in %s', async (locale) => {
    const host = await startWithAll();
    const page = await open(host.url, { locale });
    await page.locator('.text').nth(2).waitFor();
    expect(await nameless(page)).toEqual([]);
    await page.locator('.link').last().click();
    await page.locator('details').nth(2).waitFor();
    await page.locator('summary').last().click();
    expect(await nameless(page)).toEqual([]);
    await page.locator('#tab-requests').click();
    await page.locator('.row.call').nth(3).waitFor();
    expect(await nameless(page)).toEqual([]);
    await page.locator('#clear').click();
    expect(await nameless(page)).toEqual([]);
  });

  it('leads the Tab key to every control and round again, with a focus ring', async () => {
    const host = await startWithAll();
    const page = await open(`${host.url}#to=%2B8613711112222&open=m2`);
    await page.locator('details').nth(2).waitFor();
    const stops = await tabStops(page);
    expect(stops.filter((stop) => stop.includes('without'))).toEqual([]);
    expect(new Set(stops)).toEqual(
      new Set([
        'language',
        'theme',
        'help',
        'clear',
        'search',
        'tab-phones',
        'row',
        'copy-number',
        'code newest',
        'link',
        'answer',
        'send',
        'unopen',
        'summary',
        'mini',
        'pre',
        'heads',
      ]),
    );
  });

  it('animates nothing when the system asks for reduced motion', async () => {
    const host = await InboxHost.start();
    hosts.push(host);
    const page = await open(host.url, { reducedMotion: 'reduce' });
    await page.getByRole('heading', { name: 'Waiting for the first text' }).waitFor();
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await page.evaluate('document.getAnimations().length')).toBeGreaterThan(0);
  });
});
