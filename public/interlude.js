/*
 * What a script adds to pages that work without it. Pages ask for it with attributes:
 *
 * .needs-script, .without-script   shown only where this script runs, only where it does not
 * data-copy="value"                a button: copies the value and says so (data-copied="what to say")
 * data-check-all="name"            a checkbox: ticks every checkbox of that name, mixed when only some are ticked
 * data-checked-count="name"        its text says how many of them are ticked; with data-checked-noun, how many of what;
 *                                  with data-checked-beyond those of other pages too, and then what data-checked-of says
 * data-refresh-seconds="3"         the page is read again this often and morphed in, while somebody looks at it
 * data-appearance                  a button: dark or light, remembered in this browser
 * data-own-zone                    a list of time zones: this browser's is chosen while none is
 * data-fills="id"                  a colour picker: fills that text field, and follows what is typed there
 * iframe[data-fit]                 as high as its content, which comes from here and holds no script
 * data-insert="{{name}}"           a button: inserts this where one writes, or wrote last, in the field named by data-into
 * form[data-check="/path"]         while one types, asks there for problems and lists them in its data-check-result
 */
const root = document.documentElement;
const copiedMs = 2000;
const checkAfterMs = 500;
const postingForms = new Set();
let refreshTimer;
let checkTimer;
let checking = new AbortController();
let lastField = null;
let isRefreshing = false;

root.classList.add('scripted');
root.classList.toggle('can-copy', Boolean(navigator.clipboard));

document.addEventListener('click', ({ target }) => {
  const copyButton = target.closest('[data-copy]');
  if (copyButton) {
    void copy(copyButton);
  }
  if (target.closest('[data-appearance]')) {
    switchAppearance();
  }
  const chip = target.closest('[data-insert]');
  if (chip) {
    insert(chip);
  }
  for (const menu of openMenus()) {
    menu.open = menu.contains(target);
  }
});

document.addEventListener('keydown', ({ key }) => {
  const menu = key === 'Escape' && openMenus()[0];
  if (menu) {
    menu.open = false;
    menu.querySelector('summary').focus();
  }
});

document.addEventListener('change', ({ target }) => {
  for (const box of boxesNamed(target.dataset.checkAll)) {
    box.checked = target.checked;
  }
  showSelection();
});

document.addEventListener('input', ({ target }) => {
  fillColor(target);
  if (target.form?.dataset.check) {
    clearTimeout(checkTimer);
    checkTimer = setTimeout(() => void check(target.form), checkAfterMs);
  }
});

document.addEventListener('focusout', ({ target }) => {
  if (target.matches('input, textarea')) {
    lastField = target;
  }
});

document.addEventListener('submit', keepSinglePost, true);
document.addEventListener('turbo:submit-end', ({ target }) => postingForms.delete(target));
document.addEventListener('load', ({ target }) => fit(target), true);
document.addEventListener('visibilitychange', planRefresh);
document.addEventListener('turbo:click', stayOnPage);
document.addEventListener('turbo:before-morph-element', keepFlash);
document.addEventListener('turbo:before-morph-attribute', keepOpen);
document.addEventListener('turbo:render', arrive);
document.addEventListener('turbo:load', () => {
  document.querySelectorAll('[data-own-zone]').forEach(chooseOwnZone);
  isRefreshing = false;
  planRefresh();
});
addEventListener('pageshow', () => postingForms.clear());
addEventListener('resize', () => document.querySelectorAll('iframe[data-fit]').forEach(fit));
if (window.Turbo) {
  // A disabled button would lose the focus to the top of the page.
  window.Turbo.config.forms.submitter = 'aria-disabled';
}
show();
planRefresh();

/** Turbo would read the page again for a link to a place in it, and lose what was typed. */
function stayOnPage(event) {
  if (event.target.getAttribute('href').startsWith('#')) {
    event.preventDefault();
  }
}

/** After each render: to what was said about the last action, else to the heading where the focus was lost. */
function arrive() {
  show();
  planRefresh();
  if (isRefreshing) {
    return;
  }
  const said = document.querySelector('#errors, #flash [role]');
  const place = said ?? (document.activeElement === document.body ? document.querySelector('h1') : null);
  place?.setAttribute('tabindex', '-1');
  place?.focus({ preventScroll: !said });
}

function show() {
  showSelection();
  showAppearance();
  document.querySelectorAll('iframe[data-fit]').forEach(fit);
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  document.getElementById('announcement').textContent = button.dataset.copied;
  button.classList.add('is-copied');
  setTimeout(() => button.classList.remove('is-copied'), copiedMs);
}

/** Into the subject where that was written last; a field that went away with its page counts no more. */
function insert({ dataset, form }) {
  const named = form.elements[dataset.into];
  const field = lastField?.form === form && lastField.isConnected && isText(lastField) ? lastField : named;
  field.setRangeText(dataset.insert, field.selectionStart, field.selectionEnd, 'end');
  field.focus();
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The text field is what is posted. */
function fillColor(field) {
  const filled = document.getElementById(field.dataset.fills ?? '');
  if (filled) {
    filled.value = field.value;
  }
  const picker = field.id && document.querySelector(`[data-fills="${field.id}"]`);
  if (picker && /^#[0-9a-f]{6}$/i.test(field.value)) {
    picker.value = field.value;
  }
}

function isText(field) {
  return field.matches('textarea, input[type="text"]:not([list])');
}

/** The server is the only one to judge; what it says here is what it would say about a press of Save. */
async function check(form) {
  checking.abort();
  checking = new AbortController();
  const { signal } = checking;
  try {
    const answer = await fetch(form.dataset.check, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form)),
      signal,
    });
    const problems = answer.ok ? (await answer.json()).problems.map(({ message }) => message) : null;
    tell(form, problems ?? ['This could not be checked just now.']);
  } catch {
    if (!signal.aborted) {
      tell(form, ['This could not be checked just now.']);
    }
  }
}

function tell(form, sentences) {
  const list = document.createElement('ul');
  list.className = 'list-unstyled mb-0';
  for (const sentence of sentences) {
    const item = document.createElement('li');
    item.className = 'field-error';
    item.textContent = sentence;
    list.append(item);
  }
  form.querySelector('[data-check-result]').replaceChildren(list);
}

function openMenus() {
  return [...document.querySelectorAll('details.menu[open]')];
}

function boxesNamed(name) {
  return name ? [...document.querySelectorAll(`input[type="checkbox"][name="${name}"]:enabled`)] : [];
}

function showSelection() {
  for (const all of document.querySelectorAll('[data-check-all]')) {
    const ticked = boxesNamed(all.dataset.checkAll).map((box) => box.checked);
    all.checked = ticked.length > 0 && ticked.every(Boolean);
    all.indeterminate = !all.checked && ticked.some(Boolean);
  }
  for (const count of document.querySelectorAll('[data-checked-count]')) {
    const { checkedCount, checkedNoun: noun, checkedBeyond: beyond = 0, checkedOf: of = '' } = count.dataset;
    const ticked = boxesNamed(checkedCount).filter((box) => box.checked).length + Number(beyond);
    const counted = noun
      ? `${ticked} ${noun}${ticked === 1 ? '' : 's'}`
      : `${ticked.toLocaleString('en')} selected${of}`;
    count.textContent = ticked === 0 && !noun ? 'None selected' : counted;
  }
}

/** A second press before the answer is dropped: the server knows, but nobody should have to wonder. */
function keepSinglePost(event) {
  const form = event.target;
  if ((event.submitter?.getAttribute('formmethod') ?? form.getAttribute('method')) !== 'post') {
    return;
  }
  if (postingForms.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  postingForms.add(form);
}

function planRefresh() {
  clearTimeout(refreshTimer);
  const seconds = Number(document.querySelector('[data-refresh-seconds]')?.dataset.refreshSeconds);
  if (seconds > 0 && !document.hidden && window.Turbo) {
    refreshTimer = setTimeout(refresh, seconds * 1000);
  }
}

/** Reads the page first and hands it to Turbo only when it is whole: a server that restarts must not take it away. */
async function refresh() {
  const { href } = location;
  const response = await fetch(href, { headers: { Accept: 'text/html' } }).catch(() => null);
  const html = response?.ok && !response.redirected ? await response.text().catch(() => null) : null;
  const isElsewhere = location.href !== href || document.querySelector('[aria-busy="true"]');
  const isLive = document.querySelector('[data-refresh-seconds]') !== null;
  const isTyping = document.activeElement.matches('input, select, textarea') || isEdited();
  if (!isLive) {
    return;
  }
  if (response?.redirected) {
    window.Turbo.visit(href);
  } else if (html === null || isElsewhere || isTyping) {
    planRefresh();
  } else {
    isRefreshing = true;
    window.Turbo.visit(href, {
      action: 'replace',
      shouldCacheSnapshot: false,
      response: { statusCode: response.status, responseHTML: html, redirected: false },
      refresh: { method: 'morph', scroll: 'preserve' },
    });
  }
}

/** What was ticked, chosen or typed would be lost when the page is taken over as it was read. */
function isEdited() {
  return [...document.querySelectorAll('.main :is(input, textarea, option[selected])')].some((field) => {
    if (field.matches('option')) {
      return !field.selected;
    }
    return field.matches('[type="checkbox"], [type="radio"]')
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  });
}

function keepFlash(event) {
  const { currentElement, newElement } = event.detail;
  if (isRefreshing && currentElement.id === 'flash' && !newElement?.firstElementChild) {
    event.preventDefault();
  }
}

function keepOpen(event) {
  if (isRefreshing && event.detail.attributeName === 'open') {
    event.preventDefault();
  }
}

function isDark() {
  return (root.dataset.bsTheme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
}

function switchAppearance() {
  root.dataset.bsTheme = isDark() ? 'light' : 'dark';
  try {
    localStorage.setItem('appearance', root.dataset.bsTheme);
  } catch {
    // Storage is blocked: the choice lasts until the next full load.
  }
  showAppearance();
}

function showAppearance() {
  document.querySelector('[data-appearance]')?.setAttribute('aria-pressed', String(isDark()));
}

function fit(frame) {
  if (frame instanceof HTMLIFrameElement && frame.hasAttribute('data-fit') && frame.contentDocument?.body) {
    // A page is never shorter than its frame: make the frame small before asking.
    frame.style.height = '0';
    frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 2}px`;
  }
}

function chooseOwnZone(list) {
  if (!list.value) {
    list.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
