// Says whether every operation written in the sources is valid by the committed graphql/schema.graphql.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, parse, validate } from 'graphql';

const SDL = process.env.ONEBANNER_SDL ?? new URL('../../graphql/schema.graphql', import.meta.url);
const SOURCE = new URL('../src/', import.meta.url);
const OPERATION = /(?:\bgraphql\(\s*|\/\* GraphQL \*\/\s*)`([^`]+)`/g;

const schema = buildSchema(readFileSync(SDL, 'utf8'));
let isWrong = false;
for (const name of readdirSync(fileURLToPath(SOURCE), { recursive: true, encoding: 'utf8' })) {
  if (!/\.tsx?$/.test(name)) continue;
  for (const [, text = ''] of readFileSync(new URL(name, SOURCE), 'utf8').matchAll(OPERATION)) {
    for (const { message } of validate(schema, parse(text))) {
      console.error(`src/${name}: ${message}`);
      isWrong = true;
    }
  }
}
process.exit(isWrong ? 1 : 0);
