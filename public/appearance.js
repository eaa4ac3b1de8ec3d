// Loaded before the first paint: whoever chose an appearance in the account menu never sees the other one flash by.
try {
  const chosen = localStorage.getItem('appearance');
  if (chosen === 'light' || chosen === 'dark') {
    document.documentElement.dataset.bsTheme = chosen;
  }
} catch {
  // Storage is blocked: the system decides.
}
