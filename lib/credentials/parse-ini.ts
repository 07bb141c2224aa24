/** Sections of an INI file by name, each with its settings by name. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Parses the INI of a credentials file: `[section]`, `name = value`, and comments after `;` or `#`
 * at the start of a line or behind a blank.
 *
 * Names of settings are lower-cased, a value may stand in quotes, the last of several wins, and a
 * section may be continued. What is none of these is skipped: the file is shared with other tools.
 */
export function parseIni(text: string): IniSections {
  const sections = new Map<string, Map<string, string>>();
  let settings: Map<string, string> | undefined;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    // Takes off the byte order mark of Windows editors too.
    const line = raw.trim();
    const section = /^\[([^\]]*)\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) {
      settings = sections.get(section) ?? new Map<string, string>();
      sections.set(section, settings);
      continue;
    }
    const equals = line.indexOf('=');
    if (equals > 0 && !/^[;#]/.test(line)) {
      // A token ends with "=" as often as not, so only the first one separates.
      settings?.set(line.slice(0, equals).trim().toLowerCase(), toValue(line.slice(equals + 1)));
    }
  }
  return sections;
}

function toValue(raw: string): string {
  const value = raw.trim();
  const quoted = /^"([^"]*)"|^'([^']*)'/.exec(value);
  return quoted === null ? value.replace(/(^|\s+)[;#].*$/, '') : (quoted[1] ?? quoted[2] ?? '');
}
