// Says whether every operation written in the sources is valid by the committed graphql/schema.graphql.
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { operationsInSources } from './operations.mjs';

const SDL = process.env.ONEBANNER_SDL ?? new URL('../../graphql/schema.graphql', import.meta.url);

const schema = buildSchema(readFileSync(SDL, 'utf8'));
let isWrong = false;
for (const { file, text } of operationsInSources()) {
  for (const { message } of validate(schema, parse(text))) {
    console.error(`${file}: ${message}`);
    isWrong = true;
  }
}
process.exit(isWrong ? 1 : 0);
