/* What moves in the report: values under the pointer, zoom, curves that can be switched off, tables that
 * can be filtered. Without it the page still shows every figure and every table but the decisions. */
'use strict';
(() => {
    const svgNames = 'http://www.w3.org/2000/svg';
    const make = (name, properties, ...children) => {
        const element = Object.assign(document.createElement(name), properties);
        element.append(...children);
        return element;
    };
    const draw = (name, attributes) => {
        const element = document.createElementNS(svgNames, name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        return element;
    };
    const show = value => Number.isFinite(value) ? String(Number(value.toPrecision(4))) : '';
    const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

    /* ---- Light and dark ---- */

    const theme = document.querySelector('[data-theme-switch]');
    const isDark = () => (document.documentElement.dataset.theme ||
        (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
    const nameTheme = () => { theme.textContent = isDark() ? 'Light' : 'Dark'; };
    theme.addEventListener('click', () => {
        document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
        nameTheme();
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', nameTheme);
    nameTheme();

    /* ---- Axes of a figure: from places in the picture to values ---- */

    const texts = svg => [...svg.querySelectorAll('text')].map(text => {
        const place = /translate\(([-\d.]+),([-\d.]+)\)/.exec(text.parentNode.getAttribute('transform') || '');
        return place && {x: +place[1], y: +place[2] - 4, text: text.textContent.trim()};
    }).filter(Boolean);

    /* `marks` are [place, text] along the axis. An axis whose marks are words has no numbers. */
    const axis = (from, to, first, last, marks) => {
        const straight = place => first + (place - from) / (to - from) * (last - first);
        const bent = place => first * Math.pow(last / first, (place - from) / (to - from));
        const numbers = marks.filter(mark => mark[1] !== '' && Number.isFinite(+mark[1]));
        if (marks.length > 0 && numbers.length === 0)
            return place => marks.reduce((best, mark) =>
                Math.abs(mark[0] - place) < Math.abs(best[0] - place) ? mark : best)[1];
        const error = value => numbers.reduce((sum, mark) =>
            sum + Math.abs(value(mark[0]) - mark[1]) / Math.max(1e-9, Math.abs(mark[1])), 0);
        const logarithmic = first > 0 && last > 0 && error(bent) < error(straight);
        return place => show((logarithmic ? bent : straight)(place));
    };

    const panelsOf = svg => {
        const words = texts(svg);
        return (svg.dataset.axes || '').split(';').filter(Boolean).map(line => {
            const [left, right, bottom, top, x0, x1, y0, y1] = line.split(' ').map(Number);
            const below = words.filter(word => word.y > bottom && word.y < bottom + 24 && word.x > left - 6 && word.x < right + 6);
            const beside = words.filter(word => word.x < left && word.x > left - 46 && word.y > top - 8 && word.y < bottom + 8);
            return {left, right, bottom, top, curves: [],
                x: axis(left, right, x0, x1, below.map(word => [word.x, word.text])),
                y: axis(bottom, top, y0, y1, beside.map(word => [word.y, word.text]))};
        });
    };

    /* ---- Curves ---- */

    const pointsOf = group => {
        let best = [];
        for (const path of group.querySelectorAll('path[d]')) {
            const points = [...path.getAttribute('d').matchAll(/[ML]\s*([-\d.]+),([-\d.]+)/g)].map(at => [+at[1], +at[2]]);
            if (points.length > best.length) best = points;
        }
        const symbols = [...group.querySelectorAll('use')].map(use => /translate\(([-\d.]+),([-\d.]+)\)/.exec(use.getAttribute('transform')))
            .filter(Boolean).map(at => [+at[1], +at[2]]);
        return best.length > 2 || symbols.length === 0 ? best : symbols;
    };

    const colourOf = group => {
        const drawn = group.querySelector('path[stroke], use[color], polygon[fill], [stroke^="var"]');
        return drawn ? drawn.getAttribute('stroke') || drawn.getAttribute('color') || drawn.getAttribute('fill') : 'currentColor';
    };

    const curvesOf = (svg, panels) => [...svg.querySelectorAll('.curve')].filter(group => group.dataset.name).map(group => {
        const points = pointsOf(group);
        const curve = {group, name: group.dataset.name, colour: colourOf(group), points};
        const inside = panel => points.filter(at => at[0] >= panel.left - 1 && at[0] <= panel.right + 1 &&
            at[1] >= panel.top - 1 && at[1] <= panel.bottom + 1).length;
        const panel = panels.reduce((best, one) => inside(one) > (best ? inside(best) : 0) ? one : best, null);
        if (panel) {
            curve.points = points.filter(at => at[0] >= panel.left - 1 && at[0] <= panel.right + 1);
            panel.curves.push(curve);
        }
        return curve;
    });

    /* Level stretches have no points but their ends. */
    const heightAt = (points, x) => {
        for (let i = 1; i < points.length; i++) {
            const [ax, ay] = points[i - 1], [bx, by] = points[i];
            if (ax <= x && x <= bx && ay === by) return [x, ay];
        }
        return nearest(points, x);
    };
    const nearest = (points, x) => points.reduce((best, at) => Math.abs(at[0] - x) < Math.abs(best[0] - x) ? at : best);

    /* ---- One figure ---- */

    const figure = element => {
        const canvas = element.querySelector('.canvas'), svg = canvas.querySelector('svg');
        const whole = svg.getAttribute('viewBox').split(' ').map(Number);
        const panels = panelsOf(svg), curves = curvesOf(svg, panels);
        const readout = make('div', {className: 'readout', hidden: true});
        const spoken = make('output', {className: 'spoken'});
        const overlay = draw('g', {});
        let view = whole.slice(), panel = null, x = 0;

        const hide = () => { readout.hidden = true; overlay.replaceChildren(); };

        const point = (where, at) => {
            const visible = where.curves.filter(curve => !curve.group.classList.contains('off') && curve.points.length > 0);
            if (visible.length === 0) return hide();
            panel = where;
            x = nearest(visible.map(curve => nearest(curve.points, at)), at)[0];
            const rows = [], dots = [draw('line', {x1: x, x2: x, y1: panel.top, y2: panel.bottom, class: 'guide'})];
            for (const curve of visible) {
                const found = heightAt(curve.points, x);
                if (Math.abs(found[0] - x) > (panel.right - panel.left) / 20) continue;
                dots.push(draw('circle', {cx: found[0], cy: found[1], r: 4, class: 'dot', stroke: curve.colour}));
                const swatch = make('i', {});
                swatch.style.background = curve.colour;
                rows.push(make('div', {}, make('span', {}, swatch, curve.name), make('b', {textContent: panel.y(found[1])})));
            }
            overlay.replaceChildren(...dots);
            readout.replaceChildren(make('div', {}, make('span', {textContent: 'at'}), make('b', {textContent: panel.x(x)})), ...rows);
            spoken.textContent = readout.innerText.replace(/\n+/g, ', ');
            readout.hidden = false;
            const box = svg.getBoundingClientRect(), frame = element.getBoundingClientRect(), scale = box.width / view[2];
            const left = box.left - frame.left + (x - view[0]) * scale, top = box.top - frame.top + (panel.top - view[1]) * scale;
            const side = left + 14 + readout.offsetWidth < frame.width ? left + 14 : left - 14 - readout.offsetWidth;
            readout.style.left = clamp(side, 0, Math.max(0, frame.width - readout.offsetWidth)) + 'px';
            readout.style.top = Math.max(0, top + 6) + 'px';
        };

        const place = event => {
            const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
            return [at.x, at.y];
        };
        const panelAt = (px, py) => panels.find(one => px >= one.left - 4 && px <= one.right + 4 && py >= one.top - 4 && py <= one.bottom + 4);

        const look = next => {
            view = next;
            svg.setAttribute('viewBox', view.join(' '));
            svg.classList.toggle('zoomed', view[2] < whole[2]);
            hide();
        };
        const zoom = factor => {
            const width = clamp(view[2] / factor, whole[2] / 16, whole[2]), height = width * whole[3] / whole[2];
            const cx = panel && !readout.hidden ? x : view[0] + view[2] / 2, cy = panel && !readout.hidden ? (panel.top + panel.bottom) / 2 : view[1] + view[3] / 2;
            look([clamp(cx - width / 2, 0, whole[2] - width), clamp(cy - height / 2, 0, whole[3] - height), width, height]);
        };

        /* A drag marks what is to be seen larger; in a figure that is zoomed it moves the picture. */
        let from = null, frame = null;
        canvas.addEventListener('pointerdown', event => {
            if (event.pointerType === 'touch' || event.button !== 0) return;
            from = {at: place(event), view: view.slice(), client: [event.clientX, event.clientY]};
        });
        canvas.addEventListener('pointermove', event => {
            const [px, py] = place(event);
            if (!from) {
                const where = panelAt(px, py);
                return where ? point(where, px) : hide();
            }
            event.preventDefault();
            if (view[2] < whole[2]) {
                const scale = view[2] / svg.getBoundingClientRect().width;
                look([clamp(from.view[0] - (event.clientX - from.client[0]) * scale, 0, whole[2] - view[2]),
                    clamp(from.view[1] - (event.clientY - from.client[1]) * scale, 0, whole[3] - view[3]), view[2], view[3]]);
            } else if (Math.hypot(px - from.at[0], py - from.at[1]) > 6) {
                hide();
                frame = draw('rect', {x: Math.min(px, from.at[0]), y: Math.min(py, from.at[1]),
                    width: Math.abs(px - from.at[0]), height: Math.abs(py - from.at[1]), class: 'frame'});
                overlay.replaceChildren(frame);
            }
        });
        addEventListener('pointerup', () => {
            if (frame) {
                const [left, top, wide, high] = ['x', 'y', 'width', 'height'].map(key => +frame.getAttribute(key));
                const width = Math.min(whole[2], Math.max(wide, high * whole[2] / whole[3], whole[2] / 16)), height = width * whole[3] / whole[2];
                look([clamp(left + wide / 2 - width / 2, 0, whole[2] - width), clamp(top + high / 2 - height / 2, 0, whole[3] - height), width, height]);
            }
            from = frame = null;
        });
        canvas.addEventListener('pointerleave', hide);
        canvas.addEventListener('dblclick', () => look(whole.slice()));
        canvas.addEventListener('blur', hide);

        canvas.addEventListener('keydown', event => {
            const used = panels.filter(one => one.curves.length > 0);
            const step = {ArrowLeft: -1, ArrowRight: 1}[event.key], turn = {ArrowUp: -1, ArrowDown: 1}[event.key];
            if (event.key === '+' || event.key === '=') zoom(1.5);
            else if (event.key === '-') zoom(1 / 1.5);
            else if (event.key === '0') look(whole.slice());
            else if (event.key === 'Escape') hide();
            else if (used.length > 0 && (step || turn)) {
                if (readout.hidden || !panel) {
                    point(panel || used[0], panel ? x : used[0].left);
                } else if (turn) {
                    point(used[clamp(used.indexOf(panel) + turn, 0, used.length - 1)], x);
                } else {
                    const places = [...new Set(panel.curves.filter(curve => !curve.group.classList.contains('off'))
                        .flatMap(curve => curve.points.map(at => at[0])))].sort((a, b) => a - b);
                    const jump = step * (event.shiftKey ? 10 : 1), now = places.findIndex(at => at >= x - 0.01);
                    if (places.length > 0) point(panel, places[clamp(now + jump, 0, places.length - 1)]);
                }
            } else return;
            event.preventDefault();
        });

        const button = (text, title, act) => {
            const made = make('button', {type: 'button', textContent: text, title});
            made.setAttribute('aria-label', title);
            made.addEventListener('click', act);
            return made;
        };
        element.querySelector('figcaption').append(make('div', {className: 'buttons'},
            button('+', 'Zoom in', () => zoom(1.5)), button('\u2212', 'Zoom out', () => zoom(1 / 1.5)),
            button('Whole', 'The whole figure', () => look(whole.slice()))));

        const names = [...new Set(curves.map(curve => curve.name))];
        const legend = make('div', {className: 'legend'});
        for (const name of names) {
            const own = curves.filter(curve => curve.name === name), swatch = make('i', {});
            swatch.style.color = own[0].colour;
            const made = make('button', {type: 'button'}, swatch, name);
            made.setAttribute('aria-pressed', 'true');
            made.addEventListener('click', () => {
                const on = made.getAttribute('aria-pressed') !== 'true';
                made.setAttribute('aria-pressed', String(on));
                for (const curve of own) curve.group.classList.toggle('off', !on);
                hide();
            });
            legend.append(made);
        }
        svg.append(overlay);
        canvas.setAttribute('role', 'group');
        canvas.setAttribute('aria-label', svg.getAttribute('aria-label') + '. Arrow keys show values, plus and minus zoom, 0 shows the whole.');
        element.append(legend, readout, spoken);
    };
    document.querySelectorAll('.figure').forEach(figure);
    const help = document.querySelector('.figure');
    if (help) help.append(make('p', {className: 'help', textContent:
        'Values: the pointer, or the arrow keys in a figure. Zoom: drag over a part, or + and \u2212; 0 or a double click shows the whole. A name switches its curve.'}));

    /* ---- Tables ---- */

    for (const input of document.querySelectorAll('[data-filter]'))
        input.addEventListener('input', () => {
            const wanted = input.value.toLowerCase();
            for (const row of input.closest('details').querySelectorAll('tbody tr'))
                row.hidden = !row.textContent.toLowerCase().includes(wanted);
        });

    const columns = ['time, s', 'VM', 'reason', 'active, MB', 'target, MB', 'allocated, MB', 'price', 'balloon target, MB', 'swap target, MB'];
    const atOnce = 200;

    const decisions = details => {
        const data = JSON.parse(document.getElementById(details.dataset.from).textContent);
        const vm = make('select', {}, make('option', {value: '', textContent: 'all VMs'}),
            ...data.vms.map((name, number) => make('option', {value: String(number), textContent: name})));
        const from = make('input', {type: 'number', min: '0'}), to = make('input', {type: 'number', min: '0'});
        const body = make('tbody', {}), more = make('button', {type: 'button'}), count = make('span', {className: 'soft'});
        let most = atOnce;
        const fill = () => {
            const rows = data.rows.filter(row => (vm.value === '' || row[1] === +vm.value) &&
                (from.value === '' || row[0] >= +from.value) && (to.value === '' || row[0] <= +to.value));
            body.replaceChildren(...rows.slice(0, most).map(row => make('tr', {}, ...row.map((value, i) => make('td', {
                className: i === 1 || i === 2 ? '' : 'number',
                textContent: i === 1 ? data.vms[value] : i === 2 ? data.reasons[value] : value === null ? '' : i === 0 ? String(value) : show(value)})))));
            count.textContent = `${Math.min(most, rows.length)} of ${rows.length}`;
            more.hidden = rows.length <= most;
            more.textContent = `Show ${Math.min(atOnce, rows.length - most)} more`;
        };
        const again = () => { most = atOnce; fill(); };
        for (const input of [vm, from, to]) input.addEventListener('input', again);
        more.addEventListener('click', () => { most += atOnce; fill(); });
        const scroll = make('div', {className: 'scroll'}, make('table', {}, make('thead', {}, make('tr', {},
            ...columns.map((name, i) => make('th', {textContent: name, className: i === 1 || i === 2 ? '' : 'number'})))), body));
        scroll.tabIndex = 0;
        details.append(make('p', {className: 'tools'}, make('label', {}, 'VM ', vm), make('label', {}, 'from ', from, ' s'),
            make('label', {}, 'to ', to, ' s'), count), scroll, more);
        fill();
    };
    for (const details of document.querySelectorAll('.decisions'))
        details.addEventListener('toggle', () => {
            if (details.open && !details.querySelector('table')) decisions(details);
        });
    for (const scroll of document.querySelectorAll('.scroll')) scroll.tabIndex = 0;
    addEventListener('beforeprint', () => {
        for (const details of document.querySelectorAll('.fold:not(.decisions)')) details.open = true;
    });
})();
