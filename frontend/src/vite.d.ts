declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}

/** What scripts/trusted-documents.mjs knows: the id of each operation by its name; nothing outside of a build. */
declare module 'virtual:trusted-documents' {
  export const TRUSTED_IDS: Readonly<Record<string, string>>;
}
