import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { NewPasswordField } from '@/ui/PasswordField';
import { Waiting } from '@/ui/Waiting';
import { isResetKeyGood, resetPassword } from './ownAccess';
import { useAttempt } from './useAttempt';

const route = getRouteApi('/password/reset/$key');

/** Choose a new password by the link from the mail; a spent or made-up link says so before anything is typed. */
export function PasswordResetPage() {
  const { t } = useLingui();
  const { key } = route.useParams();
  const [state, setState] = useState<'asking' | 'good' | 'spent' | 'done'>('asking');

  useEffect(() => {
    isResetKeyGood(key).then(
      (isGood) => setState(isGood ? 'good' : 'spent'),
      () => setState('good'),
    );
  }, [key]);

  return (
    <Page title={t`New password`} isNarrow>
      {state === 'asking' && <Waiting />}
      {state === 'good' && <NewPasswordForm resetKey={key} onDone={() => setState('done')} />}
      {state === 'spent' && (
        <Stack>
          <Notice tone="problem" title={t`This link no longer works`}>
            <Trans>It has been used, or it is too old. Ask for a new one.</Trans>
          </Notice>
          <Anchor renderRoot={(props) => <Link to="/password/forgotten" {...props} />}>
            <Trans>Ask for a new link</Trans>
          </Anchor>
        </Stack>
      )}
      {state === 'done' && (
        <Stack>
          <Notice tone="success">
            <Trans>Your new password is set. Everywhere else you have been signed out.</Trans>
          </Notice>
          <Anchor renderRoot={(props) => <Link to="/sign-in" {...props} />}>
            <Trans>Go to sign-in</Trans>
          </Anchor>
        </Stack>
      )}
    </Page>
  );
}

function NewPasswordForm({ resetKey, onDone }: { resetKey: string; onDone: () => void }) {
  const { t } = useLingui();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : t`Choose a password.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ password }: typeof form.values) {
    const outcome = await attempt(() => resetPassword(resetKey, password));
    if (outcome?.kind === 'done') onDone();
  }

  return (
    <Form form={form} onSend={submit}>
      {notice && <Notice tone="problem">{notice}</Notice>}
      <NewPasswordField key={form.key('password')} {...form.getInputProps('password')} />
      <Button type="submit" loading={isTrying} fullWidth>
        <Trans>Set the password</Trans>
      </Button>
    </Form>
  );
}
