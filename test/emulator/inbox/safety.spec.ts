import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { describeInBrowser } from '../../support/browser.js';
import { InboxHost } from './inbox-host.js';

const hosts: InboxHost[] = [];
const start = async (...given: Parameters<typeof InboxHost.start>): Promise<InboxHost> => {
  const host = await InboxHost.start(...given);
  hosts.push(host);
  return host;
};
afterEach(async () => {
  await Promise.all(hosts.splice(0).map(async (host) => host.stop()));
});

const EVIL = '<script>document.title="x"</script><img src=x onerror=alert(1)>"&amp;{n}$&';
const hasShell = ['curl', 'openssl'].every(
  (name) => spawnSync(name, ['version']).error === undefined,
);

// That no page complains in its console or asks another origin is checked after each of these.
describeInBrowser('an inbox with hostile data', (open, expectComplaint) => {
  it('shows markup as text, wherever it comes from', async () => {
    const host = await start();
    await host
      .send({ template: EVIL.slice(0, 20), params: [EVIL, EVIL], sign: EVIL })
      .catch(() => undefined);
    await host.send({ params: [EVIL, '5'] }).catch(() => undefined);
    await host.send();
    const page = await open(host.url);
    await page.locator('#answer').fill(EVIL);
    await page.keyboard.press('Enter');
    await page.locator('.reply-item').waitFor();
    expect(await page.locator('.reply-item p').textContent()).toBe(EVIL);
    for (const text of await page.locator('.text:not(.reply-item)').all()) {
      // Each of them is opened in its turn.
      // oxlint-disable-next-line no-await-in-loop
      await text.getByRole('button', { name: 'Details' }).click();
      // oxlint-disable-next-line no-await-in-loop
      await page.locator('details').first().waitFor();
    }
    await page.getByRole('searchbox').fill(EVIL);
    expect(await page.locator('main img, main script, aside img, aside script').count()).toBe(0);
    expect(await page.title()).toContain('SMS inbox');
  });

  it('does not let a foreign script run', async () => {
    const host = await start();
    const page = await open(host.url);
    expectComplaint(/requires 'TrustedHTML'/);
    const refused = await page.evaluate(
      `(() => { try { document.body.innerHTML = '<p>'; return 'ran'; } catch (error) { return error.name; } })()`,
    );
    expect(refused).toBe('TypeError');
  });

  it('works behind a path prefix, reading, listening and replying', async () => {
    const host = await start(undefined, '/tools/sms');
    const page = await open(host.url);
    await page.getByText(host.url.replace(/\/$/, ''), { exact: true }).waitFor();
    await page.locator('#live[data-state=live]').waitFor();
    await host.send();
    await page.locator('.text').waitFor();
    await page.locator('#answer').fill('OK');
    await page.keyboard.press('Enter');
    await page.locator('.reply-item').waitFor();
    expect(await page.locator('.text').count()).toBe(2);
  });

  it('works behind a path prefix without the slash at its end', async () => {
    const host = await start(undefined, '/tools/sms');
    const page = await open(host.url.replace(/\/$/, ''));
    await page.locator('#live[data-state=live]').waitFor();
    await host.send();
    await page.locator('.text').waitFor();
    expect(await page.locator('.digits').textContent()).toBe('042137');
  });

  it('shows lines for a shell that really send a text', async () => {
    if (!hasShell) {
      process.stderr.write('\n!!! SKIPPED: the lines for a shell need curl and openssl.\n\n');
      return;
    }
    const host = await start();
    const page = await open(host.url);
    const lines = (await page.locator('.snippet').last().locator('pre').textContent()) ?? '';
    await promisify(execFile)('sh', ['-c', lines]);
    await page.locator('.text').waitFor();
    expect(host.emulator.messages()).toMatchObject([{ to: '+8613711112222' }]);
  });
});
