// Writes src/graphql/schema.d.ts, the types of the API, from the committed graphql/schema.graphql: generated, so it can never be stale.
import { readFile, writeFile } from 'node:fs/promises';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

const SOURCE = process.env.ONEBANNER_SDL ?? new URL('../../graphql/schema.graphql', import.meta.url);
const TARGET = new URL('../src/graphql/schema.d.ts', import.meta.url);

const introspection = introspectionFromSchema(buildSchema(await readFile(SOURCE, 'utf8')), { descriptions: false });
await writeFile(
  TARGET,
  outputIntrospectionFile(minifyIntrospection(introspection), { fileType: '.d.ts', shouldPreprocess: true }),
);
