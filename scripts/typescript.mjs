// Lets Node import the TypeScript of test/, for scripts that use what specs use:
//
//   node --import ./scripts/typescript.mjs script.mjs
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
