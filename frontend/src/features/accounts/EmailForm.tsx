import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import type { Outcome } from './headless';
import { useAttempt } from './useAttempt';

interface Props {
  label: string;
  autoComplete: 'email' | 'username';
  /** What the mail is for. */
  children: ReactNode;
  ask: (email: string) => Promise<Outcome>;
  onOutcome: (outcome: Outcome, email: string) => void;
}

/** Ask for a mail with a link to an address. */
export function EmailForm({ label, autoComplete, children, ask, onOutcome }: Props) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: (value) => (value.includes('@') ? null : t`Enter your e-mail address.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ email }: typeof form.values) {
    const outcome = await attempt(() => ask(email.trim()));
    if (outcome) onOutcome(outcome, email.trim());
  }

  return (
    <Form form={form} onSend={submit}>
      <Text>{children}</Text>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={label}
        type="email"
        inputMode="email"
        autoComplete={autoComplete}
        autoCapitalize="none"
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Send the link</Trans>
      </Button>
    </Form>
  );
}
