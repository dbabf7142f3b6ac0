import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { Page } from '@/ui/Page';
import { StartLink } from '@/ui/StartLink';

/** What is shown for an address that leads nowhere. */
export function MissingPage() {
  const { t } = useLingui();
  return (
    <Page title={t`There is no such page`} isNarrow>
      <Text mb="md">
        <Trans>The address may be mistyped, or what was here is gone.</Trans>
      </Text>
      <StartLink />
    </Page>
  );
}
