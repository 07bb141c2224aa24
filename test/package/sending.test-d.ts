// Nothing here runs: the type check fails when a misuse compiles, or when a proper use does not.
import { smsTemplate } from 'nestjs-tencentcloud-sms';
import type {
  SmsEachOutcome,
  SmsOutcome,
  SmsSendEach,
  SmsSendRow,
  SmsService,
} from 'nestjs-tencentcloud-sms';

const to = '+8613711112222';
const Code = smsTemplate({ id: '7', kind: 'notification', text: '{code:1}' });
const params = { code: '042137' };

export const rows: SmsSendRow<typeof Code>[] = [
  { to, params },
  { to, params, ref: 'order-7', sessionContext: 'mine', signName: '', sdkAppId: '1400006666' },
  { to, params, extendCode: '12', senderId: 'Shop' },
  // @ts-expect-error a label is a text
  { to, params, ref: 7 },
  // @ts-expect-error no member of a row
  { to, params, key: 'order-7' },
  // @ts-expect-error a limit holds for the whole run
  { to, params, timeoutMs: 1000 },
  // @ts-expect-error params are missing
  { to },
];

export async function run(sms: SmsService): Promise<(string | undefined)[]> {
  const each: SmsSendEach = sms.sendEach(Code, rows, { ref: 'all', concurrency: 5 });
  const seen: (string | undefined)[] = [];
  for await (const outcome of each) {
    const same: SmsOutcome = outcome;
    seen.push(same.ref, same.callRef, same.templateId, same.signName);
  }
  const rest: SmsEachOutcome[] = await each.drain();
  const { ref } = await sms.trySend(Code, { to, params, ref: 'order-7' });
  // @ts-expect-error misspelt
  await sms.trySend(Code, { to, params, sessioncontext: 'mine' });
  // @ts-expect-error a label is a text
  await sms.sendMany(Code, { to: [to], params, ref: 7 });
  return [...seen, ...rest.map((outcome) => outcome.ref), ref];
}

const Mainland = smsTemplate({
  id: '8',
  kind: 'verification',
  text: '验证码{code:1}，{minutes:2}分钟。',
});
const Abroad = smsTemplate({ id: '9', kind: 'verification', text: 'Code {code:1}, {name:2}.' });
const Bare = smsTemplate({ id: '10', kind: 'notification', text: 'Welcome.' });
const Listed = smsTemplate({ id: '11', kind: 'notification', text: '您好{1}。' });
const Both = smsTemplate.byMarket({ mainland: Mainland, international: Abroad });
const Half = smsTemplate.byMarket({ mainland: Mainland, international: Bare });
const None = smsTemplate.byMarket({ mainland: Bare, international: Bare });
const Lists = smsTemplate.byMarket({ mainland: Listed, international: Listed });
const all = { code: '042137', minutes: 5, name: 'Bob' };
const signName = { mainland: '腾讯云', international: 'Tencent' };

export const mixed: SmsSendRow<typeof Both>[] = [
  { to, params: all },
  { to, params: all, signName },
  { to, params: all, signName: { mainland: '腾讯云' } },
  // @ts-expect-error no such market
  { to, params: all, signName: { europe: 'x' } },
  // @ts-expect-error a signature is a text
  { to, params: all, signName: { mainland: 5 } },
  // @ts-expect-error what the text abroad has is missing
  { to, params: { code: '042137', minutes: 5 } },
  // @ts-expect-error what the text of the mainland has is missing
  { to, params: { code: '042137', name: 'Bob' } },
  // @ts-expect-error in neither text
  { to, params: { code: '1', minutes: 5, name: 'Bob', surplus: 1 } },
];

export async function markets(sms: SmsService): Promise<void> {
  await sms.send(Both, { to, params: all, signal: null });
  await sms.sendMany(Both, { to: [to], params: all, signName });
  sms.sendEach(Both, mixed, { signName });
  await sms.send(Half, { to, params: { code: '1', minutes: 5 } });
  await sms.send(None, { to });
  await sms.send(Lists, { to, params: ['x'] });
  Both.preview(all, { signName, country: 'MY' });
  // @ts-expect-error misspelt
  await sms.send(Both, { to, params: { code: '1', minutes: 5, nam: 'x' } });
  // @ts-expect-error params are missing
  await sms.send(Half, { to });
  // @ts-expect-error one too many
  await sms.send(Lists, { to, params: ['x', 'y'] });
  // @ts-expect-error a market is missing
  smsTemplate.byMarket({ mainland: Mainland });
  // @ts-expect-error a raw template is none of either
  smsTemplate.byMarket({ mainland: Mainland, international: { templateId: '1' } });
  // @ts-expect-error what the text abroad has is missing
  Both.preview({ code: '1', minutes: 5 });
}
