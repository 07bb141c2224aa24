// The API reference is in English alone; each of its pages has one in Chinese that says so and leads there.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

const reference = resolve(import.meta.dirname, '../../api');

export default {
  paths: () =>
    readdirSync(reference)
      .filter((file) => file.endsWith('.md'))
      .map((file) => ({
        params: { entry: file.replace(/\.md$/, '') },
        content: `[打开英文页面](/api/${file})`,
      })),
};
