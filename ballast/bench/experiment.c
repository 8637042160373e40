/* How much simulated time passes in a second of CPU time: Figure 7 as it stands in its folder. */
#include <stdio.h>
#include <unistd.h>

#include "ballast/bench/bench.h"
#include "ballast/config/config.h"
#include "ballast/config/home.h"
#include "ballast/results/results.h"
#include "ballast/run/run.h"

static int run_once(const char *db_path, double *sim_s, double *cpu_s, struct sim_error *error)
{
    struct config_file *file = NULL;
    struct experiment_config config;
    struct results *db = NULL;
    int status = home_config_load("fig7_idle_tax", &file, error);
    if (status != SIM_OK)
        return status;
    status = config_resolve(file, 0, NULL, 0, &config, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    status = results_open(db_path, RESULTS_WRITE, &db, error);
    if (status == SIM_OK) {
        double began_s = bench_cpu_s();
        status =
            run_experiment(&config, &(struct run_options){.seed = 1, .quiet = true}, db, error);
        *cpu_s = bench_cpu_s() - began_s;
        *sim_s = config.duration_s;
        results_close(db, NULL);
    }
    config_fini(&config);
    return status;
}

void bench_experiment(void)
{
    char path[BENCH_PATH_BYTES];
    struct sim_error error;
    double sim_s = 0, cpu_s = 0;
    bench_file_make(path);
    if (run_once(path, &sim_s, &cpu_s, &error) == SIM_OK) {
        bench_value("Figure 7, one seed", sim_s / cpu_s, "simulated s per CPU s",
                    "1000 is the aim");
        bench_value("Figure 7, one seed", cpu_s, "CPU s for 60 minutes", "a few");
    } else {
        fprintf(stderr, "ballast: %s\n", error.text);
    }
    unlink(path);
}
