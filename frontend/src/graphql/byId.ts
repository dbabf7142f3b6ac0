import * as z from 'zod/mini';

const Operation = z.looseObject({ operationName: z.optional(z.string()), query: z.optional(z.string()) });
const Refusal = z.object({ errors: z.array(z.object({ extensions: z.object({ code: z.string() }) })) });

/**
 * Give a `fetch` for GraphQL that names an operation by its id where it has one, instead of sending its text. A server that does not know
 * the id, because it is older or newer than this page, is asked once more with the text.
 */
export function byId(ids: Readonly<Record<string, string>>): typeof fetch {
  return async (input, init) => {
    if (typeof init?.body !== 'string') return fetch(input, init);
    const { query, ...rest } = Operation.parse(JSON.parse(init.body));
    const documentId = ids[rest.operationName ?? ''];
    if (documentId === undefined) return fetch(input, init);
    const response = await fetch(input, { ...init, body: JSON.stringify({ ...rest, documentId }) });
    return (await isUnknown(response)) ? fetch(input, init) : response;
  };
}

async function isUnknown(response: Response): Promise<boolean> {
  if (response.ok) return false;
  const answer = Refusal.safeParse(
    await response
      .clone()
      .json()
      .catch(() => null),
  );
  return answer.data?.errors[0]?.extensions.code === 'UNKNOWN_DOCUMENT';
}
