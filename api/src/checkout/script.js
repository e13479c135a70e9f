document.documentElement.classList.add('scripted');
for (const select of document.querySelectorAll('select[data-country]'))
  select.addEventListener('change', () => select.form.requestSubmit(document.querySelector('[data-country-button] button')));
const waiting = document.querySelector('[data-poll]');
if (waiting) {
  const look = async () => {
    try {
      const answer = await fetch(waiting.dataset.poll, { cache: 'no-store' });
      if (answer.ok && (await answer.json()).state !== waiting.dataset.state) return location.reload();
    } catch {}
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
