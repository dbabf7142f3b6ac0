import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { giveCode } from './headless';
import { useAttempt } from './useAttempt';

interface CodeFormProps {
  onDone: () => void;
  onStartOver: () => void;
}

/** Ask for the code of the second step: from the authenticator app, or one of the recovery codes. */
export function CodeForm({ onDone, onStartOver }: CodeFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() ? null : t`Enter the code.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ code }: typeof form.values) {
    const outcome = await attempt(() => giveCode(code.replaceAll(/\s/g, '')));
    if (outcome?.kind === 'done') onDone();
    // The first step is forgotten after too many wrong codes or too long a wait.
    else if (outcome?.kind === 'signed-out') onStartOver();
  }

  return (
    <Form form={form} onSend={submit}>
      <Text>
        <Trans>Enter the six digits that your authenticator app shows, or one of your recovery codes.</Trans>
      </Text>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={t`Code`}
        autoComplete="one-time-code"
        autoCapitalize="none"
        data-autofocus
        key={form.key('code')}
        {...form.getInputProps('code')}
      />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Go on</Trans>
      </Button>
      <Button variant="subtle" onClick={onStartOver}>
        <Trans>Sign in as somebody else</Trans>
      </Button>
    </Form>
  );
}
