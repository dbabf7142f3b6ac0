import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { giveCode, type Ways } from './headless';
import { PasskeyButton } from './PasskeyButton';
import { giveByPasskey } from './passkeys';
import { useAttempt } from './useAttempt';

interface CodeFormProps {
  ways: Ways;
  onDone: () => void;
  onStartOver: () => void;
}

/** Ask for the second step: a passkey, the code of the authenticator app, or one of the recovery codes. */
export function CodeForm({ ways, onDone, onStartOver }: CodeFormProps) {
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
        {ways.app ? (
          <Trans>Enter the six digits that your authenticator app shows, or one of your recovery codes.</Trans>
        ) : (
          <Trans>Use your passkey, or enter one of your recovery codes.</Trans>
        )}
      </Text>
      {ways.passkey && (
        <PasskeyButton sign={giveByPasskey} onDone={onDone}>
          <Trans>Use a passkey</Trans>
        </PasskeyButton>
      )}
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
