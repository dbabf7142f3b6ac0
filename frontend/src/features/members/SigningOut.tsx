import { Trans } from '@lingui/react/macro';
import { Button, Group, Stack } from '@mantine/core';
import { signOut } from '@/features/accounts/headless';
import { graphql } from '@/graphql/graphql';
import { useAction } from '@/graphql/useAction';
import { leaveFor } from '@/lib/leave';
import { forgetWork } from '@/lib/memory';
import { Notice } from '@/ui/Notice';

const SIGN_OUT_EVERYWHERE = graphql(`
  mutation SignOutEverywhere($input: SignOutEverywhereInput!) {
    signOutEverywhere(input: $input) {
      userErrors { code message field }
    }
  }
`);

/** Leave, here or on every device; what this browser kept of the work goes too. */
export function SigningOut() {
  const { send, isSending, notice } = useAction(SIGN_OUT_EVERYWHERE);

  function leave() {
    forgetWork();
    leaveFor('/sign-in');
  }

  return (
    <Stack gap="xs">
      {notice && <Notice tone="problem">{notice}</Notice>}
      <Group>
        <Button variant="default" onClick={() => void signOut().then(leave)}>
          <Trans>Sign out</Trans>
        </Button>
        <Button
          variant="default"
          loading={isSending}
          onClick={() => void send({ input: {} }).then((payload) => payload && leave())}
        >
          <Trans>Sign out everywhere</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
