import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { isOutcome, type Outcome } from './headless';

/** The part of a form that errors are shown in: Mantine's `useForm` fits. */
interface Fields {
  getValues: () => object;
  setErrors: (errors: Record<string, string>) => void;
  getInputNode: (name: string) => HTMLElement | null;
}

/** For a deed without a form: every refusal goes into the notice. */
export const NO_FIELDS: Fields = { getValues: () => ({}), setErrors: () => undefined, getInputNode: () => null };

/** Make an attempt at the sign-in API: refusals go to their fields, the rest into `notice`; gives the outcome, or null when the server was not reached. */
export function useAttempt(form: Fields) {
  const { t } = useLingui();
  const [isTrying, setIsTrying] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);

  async function attempt<T>(deed: () => Promise<T | Outcome>): Promise<T | Outcome | null> {
    setIsTrying(true);
    setNotice(null);
    try {
      const outcome = await deed();
      if (isOutcome(outcome)) show(outcome);
      return outcome;
    } catch {
      setNotice(t`The server could not be reached. Check the connection and try again.`);
      return null;
    } finally {
      setIsTrying(false);
    }
  }

  function show(outcome: Outcome): void {
    if (outcome.kind === 'held-back')
      setNotice(t`Too many attempts. This is locked for a while: wait a quarter of an hour, then try again.`);
    if (outcome.kind === 'dismissed')
      setNotice(t`No passkey was used: it was declined, there is none that fits, or it took too long.`);
    if (outcome.kind !== 'refused') return;
    const atFields: Record<string, string> = {};
    const elsewhere: string[] = [];
    for (const { param, code, message } of outcome.problems) {
      const text = code === 'email_password_mismatch' ? t`The e-mail address or the password is not right.` : message;
      if (param !== undefined && param in form.getValues()) atFields[param] = text;
      else elsewhere.push(text);
    }
    form.setErrors(atFields);
    form.getInputNode(Object.keys(atFields)[0] ?? '')?.focus();
    if (elsewhere.length > 0) setNotice(elsewhere.join(' '));
    else if (outcome.problems.length === 0) setNotice(t`Something went wrong on our side. Please try again.`);
  }

  return { attempt, isTrying, notice };
}
