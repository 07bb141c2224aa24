/** Where the app listens: on this machine alone, unless `HOST` names another address, such as `0.0.0.0`. */
export function addressOf(env: NodeJS.ProcessEnv): { port: string; host: string } {
  const given = (name: string, usual: string): string => {
    const value = env[name];
    // Node takes an empty host for all addresses.
    return value === undefined || value === '' ? usual : value;
  };
  return { port: given('PORT', '3000'), host: given('HOST', '127.0.0.1') };
}
