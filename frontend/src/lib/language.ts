/** The languages a person may choose, each named in its own script. */
export const LANGUAGES = {
  en: 'English',
  'zh-Hans': '简体中文',
  'zh-Hant': '繁體中文',
} as const;

export type Language = keyof typeof LANGUAGES;

const STORED_AS = 'onebanner-language';

export function isLanguage(text: string | null | undefined): text is Language {
  return text != null && text in LANGUAGES;
}

/** Find the language that fits best: the person's own choice, else the browser's first wish that we speak, else English. */
export function preferredLanguage(wishes: readonly string[] = navigator.languages): Language {
  const chosen = chosenLanguage();
  if (chosen) return chosen;
  for (const wish of wishes) {
    const spoken = spokenAs(wish);
    if (spoken) return spoken;
  }
  return 'en';
}

/** Tell whether somebody chose a language on this device. */
export function hasChosenLanguage(): boolean {
  return chosenLanguage() !== null;
}

/** Find the language that a code of the server's means, such as `zh-hans`. */
export function languageOf(code: string): Language | null {
  return (Object.keys(LANGUAGES) as Language[]).find((each) => each.toLowerCase() === code.toLowerCase()) ?? null;
}

function chosenLanguage(): Language | null {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return isLanguage(stored) ? stored : null;
  } catch {
    return null;
  }
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED_AS, language);
  } catch {
    // Storage may be forbidden: then the choice lasts until the page is left.
  }
}

/** Match a wish of the browser to a language; a region says which script is written there. */
function spokenAs(wish: string): Language | null {
  const { language, script } = new Intl.Locale(wish).maximize();
  if (language === 'en') return 'en';
  if (language === 'zh') return script === 'Hant' ? 'zh-Hant' : 'zh-Hans';
  return null;
}
