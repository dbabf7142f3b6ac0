import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Box, Group } from '@mantine/core';
import { Link, Outlet } from '@tanstack/react-router';
import { LanguageSwitch } from '@/ui/LanguageSwitch';
import { SchemeSwitch } from '@/ui/SchemeSwitch';

/** The frame round every page: home, language, colours, and the page itself. */
export function Shell() {
  const { t } = useLingui();
  return (
    <>
      <a className="skip" href="#page">
        <Trans>Skip to the page</Trans>
      </a>
      <Box component="header" px="md" py="xs" style={{ borderBottom: '1px solid var(--mantine-color-default-border)' }}>
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Anchor
            renderRoot={(props) => <Link to="/" {...props} />}
            underline="never"
            fw={700}
            aria-label={t`OneBanner, to the start page`}
          >
            <Group gap={6} wrap="nowrap">
              <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width="24" height="24" />
              OneBanner
            </Group>
          </Anchor>
          <Group gap="xs" wrap="nowrap">
            <LanguageSwitch />
            <SchemeSwitch />
          </Group>
        </Group>
      </Box>
      <main id="page">
        <Outlet />
      </main>
    </>
  );
}
