// Every operation that is written in the sources, found by the mark it is written with.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('../src/', import.meta.url);
const OPERATION = /(?:\bgraphql\(\s*|\/\* GraphQL \*\/\s*)`([^`]+)`/g;

/**
 * Give each operation of the web app with the file it stands in.
 * @returns {{ file: string, text: string }[]}
 */
export function operationsInSources() {
  return readdirSync(fileURLToPath(SOURCE), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .sort()
    .flatMap((name) =>
      [...readFileSync(new URL(name, SOURCE), 'utf8').matchAll(OPERATION)].map(([, text = '']) => ({
        file: `src/${name}`,
        text,
      })),
    );
}
