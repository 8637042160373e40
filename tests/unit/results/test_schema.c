#include "ballast/results/schema.h"

#include <unistd.h>

#include "tests/unit/results/place.h"

static void db_open__makes_the_tables_of_the_contract(void)
{
    static const char *const tables[][2] = {
        {"run", "run_id,experiment,variant,seed,replicate,status,sim_s,wall_s,version,build,"
                "governor,estimator,scanner,config,config_hash,rows,checksum,started_utc,host;"},
        {"metric", "name,unit,kind,meaning;"},
        {"param", "run_id,key,value;"},
        {"series", "run_id,t_s,vm,metric,value;"},
        {"result", "run_id,vm,metric,value,unit;"},
        {"event", "run_id,t_s,vm,kind,detail;"},
        {"decision", "run_id,t_s,vm,reason,active_mb,target_mb,alloc_mb,price,balloon_target_mb,"
                     "swap_target_mb;"},
        {"decision_input", "run_id,t_s,vm,name,value;"},
        {"summary", "run_id,vm,metric,samples,mean,least,peak,last;"},
        {"reference", "figure,point,metric,paper,reading_error,tolerance,reason,kind,known_miss,"
                      "repeats,source;"},
    };
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    check_answer(db, "PRAGMA user_version", "8;");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "SELECT group_concat(name) FROM pragma_table_info('%s')",
                 tables[i][0]);
        check_answer(db, sql, tables[i][1]);
    }
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    place_remove(&place);
}

static void version_set(const struct place *place, const char *sql)
{
    struct results *db = open_db(place, RESULTS_WRITE);
    check_answer(db, sql, "");
    results_close(db, NULL);
}

static void db_open__refuses_other_versions_and_databases(void)
{
    struct place place = place_make();
    version_set(&place, "PRAGMA user_version = 9");
    check_refused(place.path, RESULTS_WRITE,
                  "expected results of schema version 8, found version 9");
    check_refused(place.path, RESULTS_READ,
                  "expected results of schema version 8, found version 9");
    unlink(place.path);
    version_set(&place, "PRAGMA user_version = 0");
    check_refused(place.path, RESULTS_WRITE, "found another database, version 0");
    unlink(place.path);
    version_set(&place, "PRAGMA user_version = 2");
    check_refused(place.path, RESULTS_WRITE, "found version 2 of an older ballast; move the file");
    check_refused(place.path, RESULTS_READ_OLDER, "found version 2 of an older ballast");
    unlink(place.path);
    version_set(&place, "PRAGMA user_version = 4");
    check_refused(place.path, RESULTS_READ,
                  "found version 4 of an older ballast; `ballast merge NEW.db /");
    check_refused(place.path, RESULTS_WRITE, "makes NEW.db of them");
    results_close(open_db(&place, RESULTS_READ_OLDER), NULL);
    place_remove(&place);
}

TEST_SUITE(results_schema, TEST(db_open__makes_the_tables_of_the_contract),
           TEST(db_open__refuses_other_versions_and_databases))
