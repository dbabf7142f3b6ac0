import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from '@/ui/Form';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';
import { forgetPassword } from './ownAccess';
import { useAttempt } from './useAttempt';

/** Ask for a mail with a link to a new password; known and unknown addresses get the same answer. */
export function PasswordForgottenPage() {
  const { t } = useLingui();
  const [isSent, setIsSent] = useState(false);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '' },
    validate: { email: (value) => (value.includes('@') ? null : t`Enter your e-mail address.`) },
  });
  const { attempt, isTrying, notice } = useAttempt(form);

  async function submit({ email }: typeof form.values) {
    const outcome = await attempt(() => forgetPassword(email.trim()));
    // Some set-ups answer 401, 'not signed in', to say that the mail is on its way.
    if (outcome?.kind === 'done' || outcome?.kind === 'signed-out') setIsSent(true);
  }

  return (
    <Page title={t`Password forgotten`} isNarrow>
      <Stack>
        {isSent ? (
          <Notice tone="success" title={t`Look into your mail`}>
            <Trans>
              If somebody with this address works here, a mail with a link is on its way. The link works for a short
              time only.
            </Trans>
          </Notice>
        ) : (
          <Form form={form} onSend={submit}>
            <Text>
              <Trans>We send you a link with which you choose a new password.</Trans>
            </Text>
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
            <Button type="submit" loading={isTrying} fullWidth>
              <Trans>Send the link</Trans>
            </Button>
          </Form>
        )}
        <Anchor renderRoot={(props) => <Link to="/sign-in" {...props} />}>
          <Trans>Back to sign-in</Trans>
        </Anchor>
      </Stack>
    </Page>
  );
}
