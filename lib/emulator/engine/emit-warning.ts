/** Tells the user of an emulator in the process of an app or a test, who can listen to it or turn it off. */
export function emitWarning(message: string): void {
  // As a text: to Node an error of Jest's realm is none.
  process.emitWarning(message, 'SmsEmulatorWarning');
}
