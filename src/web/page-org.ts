/** In each form of our pages: the organization it was made for. */
export const pageOrgField = 'page_organization';

const postForm = /<form\b[^>]*\bmethod="post"[^>]*>/g;

/**
 * A session is in one organization, and a tab may be older than that. What an upload brings is read too late to be
 * looked at, so its address says it.
 */
export function markForms(html: string, orgId: string): string {
  return html.replaceAll(postForm, (form) =>
    form.includes('multipart/form-data')
      ? form.replace(/\baction="([^"]*)"/, `action="$1?${pageOrgField}=${orgId}"`)
      : `${form}<input type="hidden" name="${pageOrgField}" value="${orgId}">`,
  );
}
