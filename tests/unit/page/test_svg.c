/* gnuplot's SVG, made smaller. */
#include "ballast/page/svg.h"

#include "tests/check.h"
#include "tests/unit/page/written.h"

#define HEAD                                                                                       \
    "<?xml version=\"1.0\"?>\n<svg \n width=\"20\" height=\"10\"\n viewBox=\"0 0 20 10\"\n>\n"     \
    "<g id=\"gnuplot_canvas\">\n<defs>\n\t<circle id='gpDot' r='0.5'/>\n<filter id='textbox'/>"    \
    "</defs>\n"
#define BEGUN                                                                                      \
    "<svg viewBox=\"0 0 20 10\" style=\"--width:20px\" role=\"img\" aria-label=\"it\" "            \
    "data-axes=\"\"><g>"

static char text[1000];

/* What becomes of the body of a figure. */
static void check_body(const char *body, const char *expected)
{
    char svg[1000], whole[1000];
    bool good;
    snprintf(svg, sizeof svg, HEAD "%s</g></svg>", body);
    snprintf(whole, sizeof whole, BEGUN "%s</g></svg>", expected);
    WRITTEN(text, sizeof text, good = svg_write(out, svg, "", "it"));
    CHECK(good);
    CHECK_TEXT(text, whole);
}

static void svg_write__gives_colours_to_the_style_sheet(void)
{
    check_body("<rect fill=\"#fcfcfa\"/><path stroke='rgb(  0, 114, 178)'/>",
               "<rect fill=\"var(--ground)\"/><path stroke='var(--blue)'/>");
    check_body("<g color=\"black\" stroke=\"rgb(1,2,3)\">x</g>",
               "<g color=\"var(--strong)\" stroke=\"#010203\">x</g>");
    check_body("<g fill=\"rgb(1,2)\">#12 rgb(0,0,0)</g>",
               "<g fill=\"rgb(1,2)\">#12 rgb(0,0,0)</g>");
}

static void svg_write__leaves_out_what_is_empty(void)
{
    check_body("<g fill=\"none\">\n</g>\n\n<text>a  b</text>\n", "<text>a b</text>");
}

static void svg_write__names_curves(void)
{
    check_body("\t<g id=\"gnuplot_plot_2b\" ><title>a &lt;\"b\"</title>\n\t<path/></g>",
               "<g class=\"curve\" data-name=\"a &lt;&quot;b&quot;\"><path/></g>");
    check_body("<g id=\"gnuplot_plot_1\" ><title>gnuplot_plot_1</title><path/></g>",
               "<g class=\"curve\" data-name=\"\"><path/></g>");
}

static void svg_write__thins_a_curve_and_keeps_its_peaks(void)
{
    /* One column of pixels: first, lowest, highest, last. */
    check_body("<path d='M1.00,5.00 L1.10,4.00 L1.20,9.00 L1.30,8.00 L1.40,1.00 L1.50,2.00 '/>",
               "<path d='M1,5L1.2,9L1.4,1L1.5,2 '/>");
    check_body("<path d='M1.00,5.00 L2.00,6.00 M3.00,6.00 L3.10,7.00 Z  '/>",
               "<path d='M1,5L2,6M3,6L3.1,7 Z '/>");
}

static void svg_write__leaves_out_points_on_a_level_stretch(void)
{
    check_body("<path d='M1.00,5.00 L2.00,5.00 L3.00,5.00 L4.00,5.00 L5.00,6.00 '/>",
               "<path d='M1,5L4,5L5,6 '/>");
    check_body("<path d='M1.00,5.00 L2.00,5.00 M3.00,5.00 L4.00,5.00'/>",
               "<path d='M1,5L2,5M3,5L4,5'/>");
}

static void svg_write__passes_on_a_path_that_it_does_not_know(void)
{
    check_body("<path d='M1,2 C3,4 5,6 7,8'/>", "<path d='M1,2 C3,4 5,6 7,8'/>");
}

static void svg_write__tells_where_the_axes_stand(void)
{
    bool good;
    WRITTEN(text, sizeof text,
            good = svg_write(out, HEAD "</g></svg>", "2 18 1 9 0 90 0 400\n2 18 1 4 0 1 3.4 -0.4\n",
                             "<b>"));
    CHECK(good);
    CHECK_CONTAINS(text, "aria-label=\"&lt;b&gt;\"");
    CHECK_CONTAINS(text, "data-axes=\"2 18 9 1 0 90 0 400;2 18 9 6 0 1 3.4 -0.4\"");
}

static void svg_write__refuses_what_is_no_figure(void)
{
    bool good;
    WRITTEN(text, sizeof text, good = svg_write(out, "<svg></svg>", "", ""));
    CHECK(!good);
    WRITTEN(text, sizeof text, good = svg_write(out, "", "", ""));
    CHECK(!good);
}

static void svg_symbols__are_those_of_the_file(void)
{
    WRITTEN(text, sizeof text, svg_symbols(out, HEAD "</g></svg>"));
    CHECK_TEXT(text, "<svg class=\"symbols\" aria-hidden=\"true\"><defs><circle id='gpDot' "
                     "r='0.5'/></defs></svg>\n");
    WRITTEN(text, sizeof text, svg_symbols(out, "<svg>"));
    CHECK_TEXT(text, "");
}

TEST_SUITE(page_svg, TEST(svg_write__gives_colours_to_the_style_sheet),
           TEST(svg_write__leaves_out_what_is_empty), TEST(svg_write__names_curves),
           TEST(svg_write__thins_a_curve_and_keeps_its_peaks),
           TEST(svg_write__leaves_out_points_on_a_level_stretch),
           TEST(svg_write__passes_on_a_path_that_it_does_not_know),
           TEST(svg_write__tells_where_the_axes_stand), TEST(svg_write__refuses_what_is_no_figure),
           TEST(svg_symbols__are_those_of_the_file))
