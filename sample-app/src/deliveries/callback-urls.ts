/** Where Tencent calls back. */
export const CALLBACK_PATH = '/hooks/tencent-sms';

/** The secret of these addresses, as `SMS_CALLBACK_SECRET` gives it; `undefined` where no callback is to be taken. */
export function callbackSecretOf(given: string | undefined): string | undefined {
  return given === '' ? undefined : given;
}

/** The two addresses that Tencent's console asks for: of reports, and of what phones write back. */
export function toCallbackUrls(
  origin: string,
  secret: string,
): { readonly status: string; readonly reply: string } {
  const url = `${origin}${CALLBACK_PATH}/${secret}`;
  return { status: `${url}/status`, reply: `${url}/reply` };
}
