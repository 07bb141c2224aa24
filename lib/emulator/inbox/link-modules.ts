/** Gives the text of a module by its file name. */
export type ReadModule = (name: string) => string;

const IMPORT = /^import \{([\w$, ]+)\} from '\.\/([\w-]+\.js)';$/;
const DECLARED = /^(?:async )?(?:function\*?|const|let|class) ([\w$]+)/;
const EXPORT = /^export (?=(?:const|(?:async )?function|class) )/;

/**
 * Links ES modules of one folder into one script, for a page that loads no other file. A module comes
 * after those that it imports, each of them once.
 *
 * The modules share one scope, so no two of them may declare the same name. Imports are by name and
 * rename nothing, exports are declarations; statements begin at the start of a line, as Prettier puts
 * them.
 *
 * @throws Error for any other import or export, for a name that is declared twice, and for modules
 * that import each other.
 */
export function linkModules(entry: string, read: ReadModule): string {
  const bodies = new Map<string, string | undefined>();
  const owners = new Map<string, string>();
  const link = (name: string): void => {
    if (!bodies.has(name)) {
      bodies.set(name, undefined);
      const { imports, declared, body } = parseModule(name, read(name));
      imports.forEach(link);
      for (const each of declared) {
        if (owners.has(each)) {
          throw new Error(`${owners.get(each)} and ${name} both declare ${each}.`);
        }
        owners.set(each, name);
      }
      // Set anew, so that it comes after its imports.
      bodies.delete(name);
      bodies.set(name, body);
    } else if (bodies.get(name) === undefined) {
      throw new Error(`${name} is imported by a module that it imports.`);
    }
  };
  link(entry);
  return [...bodies.values()].join('\n');
}

interface ParsedModule {
  readonly imports: string[];
  readonly declared: string[];
  readonly body: string;
}

function parseModule(name: string, source: string): ParsedModule {
  const imports: string[] = [];
  const declared: string[] = [];
  const body: string[] = [];
  let statement = '';
  for (const line of source.split('\n')) {
    if (statement !== '' || /^import\b/.test(line)) {
      statement += line;
      if (line.endsWith(';')) {
        imports.push(parseImport(name, statement));
        statement = '';
      }
    } else {
      const bare = line.replace(EXPORT, '');
      if (/^export\b/.test(bare)) {
        throw new Error(`${name} has an export that can't be linked: ${line}`);
      }
      body.push(bare);
      declared.push(...(DECLARED.exec(bare)?.slice(1) ?? []));
    }
  }
  return { imports, declared, body: body.join('\n') };
}

function parseImport(name: string, statement: string): string {
  const [, names = '', imported] = IMPORT.exec(statement) ?? [];
  if (imported === undefined || / as /.test(names)) {
    throw new Error(`${name} has an import that can't be linked: ${statement}`);
  }
  return imported;
}
