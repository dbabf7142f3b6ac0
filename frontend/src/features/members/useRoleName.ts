import { useLingui } from '@lingui/react/macro';

/** Give a role's name in the reader's language (rulebook R2); a role newer than this page is shown by its code. */
export function useRoleName(): (role: string) => string {
  const { t } = useLingui();
  const names: Record<string, string> = {
    HQ_ADMINISTRATOR: t`HQ administrator`,
    QUALITY_OFFICER: t`Quality officer`,
    HQ_TRAINER: t`HQ trainer`,
    AREA_SUPERVISOR: t`Area supervisor`,
    STORE_MANAGER: t`Store manager`,
    SERVICE_SUPERVISOR: t`Service supervisor`,
    SERVICE_STAFF: t`Service staff`,
    MENTOR: t`Mentor`,
  };
  return (role) => names[role] ?? role;
}
