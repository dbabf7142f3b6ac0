import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { PasswordField } from '@/ui/PasswordField';
import { signIn, type Ways } from './headless';
import { PasskeyButton } from './PasskeyButton';
import { signInByPasskey } from './passkeys';
import { useAttempt } from './useAttempt';

interface SignInFormProps {
  onDone: () => void;
  onSecondStep: (ways: Ways) => void;
}

/** Ask for e-mail address and password, never telling which of the two was wrong, or for a passkey, which needs neither. */
export function SignInForm({ onDone, onSecondStep }: SignInFormProps) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() ? null : t`Enter your e-mail address.`),
      password: (value) => (value ? null : t`Enter your password.`),
    },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ email, password }: typeof form.values) {
    const outcome = await attempt(() => signIn(email.trim(), password));
    if (outcome?.kind === 'done') onDone();
    if (outcome?.kind === 'second-step-wanted') onSecondStep(outcome.ways);
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <TextInput
        label={t`E-mail address`}
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        key={form.key('email')}
        {...form.getInputProps('email')}
      />
      <PasswordField key={form.key('password')} {...form.getInputProps('password')} />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Sign in</Trans>
      </Button>
      <PasskeyButton sign={signInByPasskey} onDone={onDone}>
        <Trans>Sign in with a passkey</Trans>
      </PasskeyButton>
      <Anchor renderRoot={(props) => <Link to="/password/forgotten" {...props} />}>
        <Trans>I have forgotten my password</Trans>
      </Anchor>
    </Form>
  );
}
