import { useLingui } from '@lingui/react/macro';
import type { TadaDocumentNode } from 'gql.tada';
import { useState } from 'react';
import { useMutation } from 'urql';

interface UserError {
  code: string;
  message: string;
  field?: readonly string[] | null;
}
interface Payload {
  userErrors: readonly UserError[];
}
/** The part of a form that errors are shown in: Mantine's `useForm` fits. */
interface Fields {
  getValues: () => object;
  setErrors: (errors: Record<string, string>) => void;
  getInputNode: (name: string) => HTMLElement | null;
}

/**
 * Send a mutation so that no refusal can be overlooked: an error about a field is shown at that field, every other in `notice`.
 * `send` gives the payload, or null when anything was refused or failed.
 */
export function useAction<P extends Payload, V extends object>(
  document: TadaDocumentNode<Record<string, P>, V>,
  form?: Fields,
) {
  const { t } = useLingui();
  const [{ fetching }, execute] = useMutation<Record<string, P>, V>(document);
  const [notice, setNotice] = useState<string | null>(null);

  async function send(variables: V): Promise<P | null> {
    setNotice(null);
    const { data, error } = await execute(variables);
    const payload = data ? Object.values(data)[0] : undefined;
    if (error || !payload) {
      setNotice(
        error?.networkError
          ? t`The server could not be reached. Check the connection and try again.`
          : (error?.graphQLErrors[0]?.message ?? t`Something went wrong on our side. Please try again.`),
      );
      return null;
    }
    const { atFields, elsewhere } = sorted(payload.userErrors, form?.getValues() ?? {});
    form?.setErrors(atFields);
    form?.getInputNode(Object.keys(atFields)[0] ?? '')?.focus();
    setNotice(elsewhere.length > 0 ? elsewhere.join(' ') : null);
    return payload.userErrors.length > 0 ? null : payload;
  }

  return { send, isSending: fetching, notice };
}

function sorted(errors: readonly UserError[], values: object) {
  const atFields: Record<string, string> = {};
  const elsewhere: string[] = [];
  for (const { field, message } of errors) {
    const name = field?.at(-1);
    if (name !== undefined && name in values) atFields[name] = message;
    else elsewhere.push(message);
  }
  return { atFields, elsewhere };
}
