/** The languages of the command line. */
export type CliLanguage = 'en' | 'zh';

/** A text in each language. */
export type CliText = Readonly<Record<CliLanguage, string>>;

/** Puts the two together. */
export function say(en: string, zh: string): CliText {
  return { en, zh };
}

/** Joins texts in each language. */
export function join(texts: readonly CliText[], separator: CliText): CliText {
  return say(
    texts.map(({ en }) => en).join(separator.en),
    texts.map(({ zh }) => zh).join(separator.zh),
  );
}

/** What `--lang` takes. */
export const LANGUAGES = 'zh-CN, zh or en';

/**
 * The language to speak: the one asked for, or else that of the environment, as POSIX orders its
 * variables.
 *
 * @returns `undefined` when there is no such language.
 */
export function readLanguage(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): CliLanguage | undefined {
  if (flag !== undefined) {
    return flag === 'en' ? 'en' : /^zh(?:-CN)?$/i.test(flag) ? 'zh' : undefined;
  }
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh\b|^zh_/i.test(locale) ? 'zh' : 'en';
}

/** The language for what is wrong with a command line: the one that it asks for, if it can be seen. */
export function languageOf(args: readonly string[]): CliLanguage {
  const place = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const asked = args[place]?.split('=', 2)[1] ?? args[place + 1];
  const { env } = process;
  return (
    (place === -1 ? undefined : readLanguage(asked, env)) ?? readLanguage(undefined, env) ?? 'en'
  );
}
