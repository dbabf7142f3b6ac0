import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Stack } from '@mantine/core';
import { Notice } from '@/ui/Notice';
import { Page } from '@/ui/Page';

/** What is shown when a page could not be drawn or its files not be loaded: never a blank screen. */
export function BrokenPage() {
  const { t } = useLingui();
  return (
    <Page title={t`This page could not be shown`} isNarrow>
      <Stack>
        <Notice tone="problem">
          <Trans>Something went wrong, or the connection was lost while the page was loading.</Trans>
        </Notice>
        <Button onClick={() => window.location.reload()}>
          <Trans>Load again</Trans>
        </Button>
      </Stack>
    </Page>
  );
}
