import { Trans, useLingui } from '@lingui/react/macro';
import { List, Text, Title } from '@mantine/core';
import { useRoleName } from './useRoleName';

interface Assignment {
  role: string;
  reach: string;
  storeId: string | null;
  areaId: string | null;
}

interface AssignmentListProps {
  assignments: readonly Assignment[];
  /** The stores and areas whose names are known. */
  places: readonly { id: string; name: string }[];
}

/** The roles somebody has, each with how far it reaches. */
export function AssignmentList({ assignments, places }: AssignmentListProps) {
  const { t } = useLingui();
  const roleName = useRoleName();
  const reaches: Record<string, string> = { CHAIN: t`the whole chain`, AREA: t`an area`, STORE: t`a store` };
  return (
    <section aria-labelledby="roles">
      <Title order={2} size="h3" mb="sm" id="roles">
        <Trans>Your roles</Trans>
      </Title>
      {assignments.length === 0 ? (
        <Text>
          <Trans>You have no role yet. Whoever invited you can give you one.</Trans>
        </Text>
      ) : (
        <List>
          {assignments.map(({ role, reach, storeId, areaId }) => {
            const name = roleName(role);
            const where = places.find(({ id }) => id === (storeId ?? areaId))?.name ?? reaches[reach];
            return (
              <List.Item key={`${role} ${storeId ?? areaId}`}>
                <Trans>
                  <strong>{name}</strong>: {where}
                </Trans>
              </List.Item>
            );
          })}
        </List>
      )}
    </section>
  );
}
