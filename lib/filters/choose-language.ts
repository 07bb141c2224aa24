/** Languages that the texts of the catalogue are in. */
export type TextLanguage = 'en' | 'zh';

/**
 * Chooses between the two languages by an `Accept-Language` header: the one weighed more, the first
 * of equals, and English where neither is asked for.
 */
export function chooseLanguage(acceptLanguage: unknown): TextLanguage {
  let chosen: TextLanguage = 'en';
  let highest = 0;
  for (const range of typeof acceptLanguage === 'string' ? acceptLanguage.split(',') : []) {
    const [tag = '', ...parameters] = range.toLowerCase().split(';');
    const language = tag.trim().split('-', 1)[0];
    const weight = weightOf(parameters);
    if ((language === 'zh' || language === 'en' || language === '*') && weight > highest) {
      chosen = language === 'zh' ? 'zh' : 'en';
      highest = weight;
    }
  }
  return chosen;
}

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() === 'q') {
      const weight = Number(value);
      return weight >= 0 && weight <= 1 ? weight : 0;
    }
  }
  return 1;
}
