/* Runs in a page of `ballast report`, behind its own script. What fails is a line in the page around it. */
'use strict';
(() => {
    const failed = [];
    const check = (what, holds) => { if (!holds) failed.push(what); };
    const expected = JSON.parse(document.getElementById('expected').textContent);
    const all = selector => [...document.querySelectorAll(selector)];
    const press = (element, key) => element.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    const seen = element => element.getClientRects().length > 0;

    check('errors: ' + window.problems.join('; '), window.problems.length === 0);
    check('nothing is fetched', performance.getEntriesByType('resource').length === 0);
    check(`${expected.figures} figures, found ${all('.figure').length}`, all('.figure').length === expected.figures);
    check('no name became markup', !window.hacked && all('[data-hacked], .figure i[onclick]').length === 0);
    check(`no sideways scrolling: ${document.documentElement.scrollWidth} in ${innerWidth}`, document.documentElement.scrollWidth <= innerWidth);
    for (const element of all('main *'))
        if (!element.closest('.canvas, .scroll, .readout, svg') && seen(element) && element.getBoundingClientRect().right > innerWidth + 1)
            failed.push(`${element.tagName}.${element.className} stands out on the right`);

    const ground = () => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).map(Number);
    const isDark = () => ground().reduce((a, b) => a + b) < 300;
    check(`the page is ${expected.dark ? 'dark' : 'light'} as the browser asks`, isDark() === expected.dark);
    const text = getComputedStyle(document.body).color.match(/\d+/g).slice(0, 3).map(Number);
    const light = rgb => rgb.map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const [less, more] = [light(text), light(ground())].sort((a, b) => a - b);
    check('text and ground differ enough to read', (more + 0.05) / (less + 0.05) >= 7);
    document.querySelector('[data-theme-switch]').click();
    check('the switch changes it', isDark() !== expected.dark);
    document.querySelector('[data-theme-switch]').click();

    let shown = 0;
    for (const figure of all('.figure')) {
        const canvas = figure.querySelector('.canvas'), svg = canvas.querySelector('svg'), readout = figure.querySelector('.readout');
        const box = svg.getBoundingClientRect();
        check('a figure has a size', box.width > 200 && box.height > 100);
        check('a figure has curves', svg.querySelectorAll('.curve').length > 0);
        canvas.focus();
        press(canvas, 'ArrowRight');
        press(canvas, 'ArrowRight');
        shown += !readout.hidden;
        if (!readout.hidden) {
            const first = readout.textContent;
            check('a value is shown: ' + first, /\d/.test(first));
            press(canvas, 'ArrowRight');
            check('the arrow keys move', readout.textContent !== first || svg.querySelectorAll('.curve').length < 3);
            press(canvas, 'Escape');
            check('Escape hides values', readout.hidden);
        }
        const whole = svg.getAttribute('viewBox');
        press(canvas, '+');
        check('+ zooms in', svg.getAttribute('viewBox') !== whole);
        press(canvas, '0');
        check('0 shows the whole', svg.getAttribute('viewBox') === whole);
        const name = figure.querySelector('.legend button');
        if (name) {
            name.click();
            check('a curve is off', figure.querySelectorAll('.curve.off').length > 0 && name.getAttribute('aria-pressed') === 'false');
            name.click();
            check('and on again', figure.querySelectorAll('.curve.off').length === 0);
        }
        for (const line of (svg.dataset.axes || '').split(';'))
            check('axes lie in the picture: ' + line, line.split(' ').map(Number).every(Number.isFinite));
    }
    check('figures show values', shown >= expected.values);

    for (const details of all('details')) details.open = true;
    setTimeout(() => {
        for (const element of all('a[href], button, input, select, summary, .canvas, .scroll')) {
            if (!seen(element)) continue;
            element.focus({preventScroll: true});
            check(`the keyboard reaches ${element.tagName} ${element.className} ${element.textContent.slice(0, 20)}`,
                document.activeElement === element && element.tabIndex >= 0);
        }
        for (const details of all('.decisions')) {
            const rows = () => details.querySelectorAll('tbody tr').length;
            const before = rows(), vm = details.querySelector('select');
            check('there are decisions', before > 0);
            vm.value = '0';
            vm.dispatchEvent(new Event('input', {bubbles: true}));
            check('fewer of one VM', rows() > 0 && (rows() < before || vm.options.length === 2 || before >= 200));
            const from = details.querySelector('input');
            from.value = '1e9';
            from.dispatchEvent(new Event('input', {bubbles: true}));
            check('none after the end', rows() === 0);
        }
        for (const input of all('[data-filter]')) {
            input.value = 'idle_tax';
            input.dispatchEvent(new Event('input', {bubbles: true}));
            const rows = [...input.closest('details').querySelectorAll('tbody tr')].filter(row => !row.hidden);
            check('the filter of parameters', rows.length > 0 && rows.every(row => row.textContent.includes('idle_tax')));
        }
        check('errors: ' + window.problems.join('; '), window.problems.length === 0);
        parent.document.getElementById('result').textContent = failed.length === 0 ? 'all hold' : [...new Set(failed)].join('\n');
    }, 300);
})();
