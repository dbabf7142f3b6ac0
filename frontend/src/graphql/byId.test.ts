import { HttpResponse, http } from 'msw';
import { expect, test, vi } from 'vitest';
import { server } from '@/testing/server';
import { documentsOf } from '../../scripts/trusted-documents.mjs';
import { byId } from './byId';
import { makeClient } from './client';
import { graphql } from './graphql';

const STORES = graphql(`query Stores { stores(first: 5) { totalCount edges { node { id name } } } }`);
const written = { file: 'a.ts', text: 'query Stores { stores(first: 5) { totalCount edges { node { id name } } } }' };
const ANSWER = { data: { stores: null } };
const sent = vi.fn();

function serverKnows(id: string | null) {
  server.use(
    http.post<never, { documentId?: string }>('*/graphql/', async ({ request }) => {
      const body = await request.json();
      sent(body);
      if (body.documentId === undefined || body.documentId === id) return HttpResponse.json(ANSWER);
      const errors = [{ message: 'No.', extensions: { code: 'UNKNOWN_DOCUMENT' } }];
      return HttpResponse.json({ errors }, { status: 400 });
    }),
  );
}

function post(fetchIt: typeof fetch, body: object) {
  return fetchIt('http://localhost/graphql/', { method: 'POST', body: JSON.stringify(body) });
}

const OPERATION = { operationName: 'Stores', query: 'query Stores { x }', variables: { a: 1 } };

test('an operation with an id is sent by its id, without its text', async () => {
  serverKnows('sha256:1');
  const response = await post(byId({ Stores: 'sha256:1' }), OPERATION);
  expect(await response.json()).toEqual(ANSWER);
  expect(sent.mock.calls).toEqual([[{ operationName: 'Stores', documentId: 'sha256:1', variables: { a: 1 } }]]);
});

test('a server of another version, which does not know the id, is sent the text', async () => {
  serverKnows(null);
  const response = await post(byId({ Stores: 'sha256:1' }), OPERATION);
  expect(await response.json()).toEqual(ANSWER);
  expect(sent).toHaveBeenCalledTimes(2);
  expect(sent).toHaveBeenLastCalledWith(OPERATION);
});

test('an operation without an id goes as text', async () => {
  serverKnows(null);
  await post(byId({}), OPERATION);
  expect(sent.mock.calls).toEqual([[OPERATION]]);
});

test('a refusal of another kind is not asked twice', async () => {
  server.use(
    http.post('*/graphql/', () => {
      sent();
      return new HttpResponse('busy', { status: 503 });
    }),
  );
  expect((await post(byId({ Stores: 'sha256:1' }), OPERATION)).status).toBe(503);
  expect(sent).toHaveBeenCalledTimes(1);
});

test('the text that is written down is, letter by letter, the one that the client sends', async () => {
  serverKnows(null);
  await makeClient().query(STORES, {}).toPromise();
  expect(sent.mock.calls[0]?.[0].query).toBe(documentsOf([written])[0]?.text);
});

test.each([
  ['no name', ['{ stores { totalCount } }']],
  ['two in one', ['query A { a } query B { b }']],
  ['one name twice', ['query A { a }', 'query A { b }']],
])('operations that could be mistaken are refused: %s', (_how, texts) => {
  expect(() => documentsOf(texts.map((text) => ({ file: 'a.ts', text })))).toThrow('a.ts');
});
