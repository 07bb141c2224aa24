/** Whether a refusal comes only after the signature was found right. */
export function provesKeys(code: string): boolean {
  const [kind = ''] = code.split('.', 1);
  switch (kind) {
    case 'AuthFailure':
      return code === 'AuthFailure.UnauthorizedOperation';
    case 'InternalError':
    case 'RequestLimitExceeded':
    case 'ServiceUnavailable':
      return false;
    default:
      return true;
  }
}
