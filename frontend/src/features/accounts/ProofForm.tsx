import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { PasswordField } from '@/ui/PasswordField';
import { proveCode, provePassword, type Ways } from './headless';
import { PasskeyButton } from './PasskeyButton';
import { proveByPasskey } from './passkeys';
import { useAttempt } from './useAttempt';

interface ProofFormProps {
  ways: Ways;
  onDone: () => void;
}

/** Ask once more who sits there, by whichever way the person has; it takes the focus from what was being done. */
export function ProofForm({ ways, onDone }: ProofFormProps) {
  const { t } = useLingui();
  const form = useForm<Record<'password' | 'code', string>>({
    mode: 'uncontrolled',
    initialValues: { password: '', code: '' },
    validate: {
      password: (value) => (!ways.password || value ? null : t`Enter your password.`),
      code: (value) => (ways.password || value.trim() ? null : t`Enter the code.`),
    },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ password, code }: typeof form.values) {
    const outcome = await attempt(() =>
      ways.password ? provePassword(password) : proveCode(code.replaceAll(/\s/g, '')),
    );
    if (outcome?.kind === 'done') onDone();
  }

  return (
    <Form form={form} onSend={submit}>
      <Text>
        <Trans>Please show once more that it is you.</Trans>
      </Text>
      {notice && <Notice tone="problem">{notice}</Notice>}
      {ways.password ? (
        <PasswordField autoFocus key={form.key('password')} {...form.getInputProps('password')} />
      ) : (
        <TextInput
          label={t`Code`}
          autoFocus
          autoComplete="one-time-code"
          key={form.key('code')}
          {...form.getInputProps('code')}
        />
      )}
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Go on</Trans>
      </Button>
      {ways.passkey && (
        <PasskeyButton sign={proveByPasskey} onDone={onDone}>
          <Trans>Use a passkey</Trans>
        </PasskeyButton>
      )}
    </Form>
  );
}
