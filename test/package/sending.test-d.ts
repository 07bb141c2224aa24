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
