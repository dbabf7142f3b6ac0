import { useLingui } from '@lingui/react/macro';
import { NativeSelect } from '@mantine/core';
import { choose } from '@/lib/i18n';
import { isLanguage, LANGUAGES } from '@/lib/language';

/** Choose the language; each is named in its own script, so that it is found by those who cannot read the present one. */
export function LanguageSwitch() {
  const { t, i18n } = useLingui();
  return (
    <NativeSelect
      aria-label={t`Language`}
      value={i18n.locale}
      onChange={({ currentTarget: { value } }) => {
        if (isLanguage(value)) void choose(value);
      }}
    >
      {Object.entries(LANGUAGES).map(([language, name]) => (
        <option key={language} value={language} lang={language}>
          {name}
        </option>
      ))}
    </NativeSelect>
  );
}
