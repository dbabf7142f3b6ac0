import { createHash } from 'node:crypto';
import { formatDocument, stringifyDocument } from '@urql/core';
import { parse } from 'graphql';
import { operationsInSources } from './operations.mjs';

const MODULE = 'virtual:trusted-documents';
const RESOLVED = `\0${MODULE}`;

/**
 * Write down the operations of the web app, so that the server knows them beforehand and the web app sends no more than their ids.
 * Only a build does: with Vite's own server the sources change under the server's feet.
 * @returns {import('vite').Plugin}
 */
export function trustedDocuments() {
  let isBuild = false;
  return {
    name: 'onebanner-trusted-documents',
    configResolved({ command }) {
      isBuild = command === 'build';
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : null),
    load(id) {
      if (id !== RESOLVED) return null;
      const known = isBuild ? documentsOf(operationsInSources()) : [];
      const ids = Object.fromEntries(known.map((document) => [document.name, document.id]));
      return `export const TRUSTED_IDS = ${JSON.stringify(ids)};`;
    },
    generateBundle() {
      const known = documentsOf(operationsInSources());
      const texts = Object.fromEntries(known.map(({ id, text }) => [id, text]).sort());
      this.emitFile({ type: 'asset', fileName: 'trusted-documents.json', source: JSON.stringify(texts, null, 2) });
    },
  };
}

/**
 * Give each operation's name, the text that the web app's client makes of it, and the id of that text.
 * @param {{ file: string, text: string }[]} operations
 */
export function documentsOf(operations) {
  const names = new Set();
  return operations.map(({ file, text: written }) => {
    // The cache wants to know the type of everything, so the client asks for it, too.
    const document = /** @type {import('graphql').DocumentNode} */ (formatDocument(parse(written)));
    const [operation, ...more] = document.definitions;
    const name = operation?.kind === 'OperationDefinition' ? operation.name?.value : undefined;
    if (name === undefined || more.length > 0) throw new Error(`${file}: one operation with a name is wanted`);
    if (names.has(name)) throw new Error(`${file}: ${name} is the name of another operation, too`);
    names.add(name);
    const text = stringifyDocument(document);
    return { name, text, id: `sha256:${createHash('sha256').update(text).digest('hex')}` };
  });
}
