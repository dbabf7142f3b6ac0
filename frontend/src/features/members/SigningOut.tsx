import { Trans } from '@lingui/react/macro';
import { Button, Group, Stack } from '@mantine/core';
import { signOut } from '@/features/accounts/headless';
import { NO_FIELDS, useAttempt } from '@/features/accounts/useAttempt';
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
  const here = useAttempt(NO_FIELDS);
  const everywhere = useAction(SIGN_OUT_EVERYWHERE);
  const notice = here.notice ?? everywhere.notice;

  async function leaveHere() {
    const outcome = await here.attempt(signOut);
    if (outcome?.kind === 'done') forgetAndLeave();
  }

  async function leaveEverywhere() {
    if (await everywhere.send({ input: {} })) forgetAndLeave();
  }

  return (
    <Stack gap="xs">
      {notice && <Notice tone="problem">{notice}</Notice>}
      <Group>
        <Button variant="default" loading={here.isTrying} onClick={() => void leaveHere()}>
          <Trans>Sign out</Trans>
        </Button>
        <Button variant="default" loading={everywhere.isSending} onClick={() => void leaveEverywhere()}>
          <Trans>Sign out everywhere</Trans>
        </Button>
      </Group>
    </Stack>
  );
}

function forgetAndLeave() {
  forgetWork();
  leaveFor('/sign-in');
}
