/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a path is, by names alone; and which files of it are taken. */
#include <sys/stat.h>

#include <stdio.h>

#include "audit/command/import_places.h"
#include "tests/support/t.h"
#include "tests/unit/command/tree.h"

#define GUID_A "{31B2F340-016D-11D2-945F-00C04FB984F9}"
#define GUID_B "{6AC1786C-016F-11D2-945F-00C04fB984F9}"

static struct arena *arena;
static struct import_list list;
static struct err err;

static void begin(void)
{
    tree_begin();
    arena = arena_new(0);
    list = (struct import_list){ 0 };
}

static void end(void)
{
    arena_free(arena);
    tree_end();
}

static enum rc find(const char *path)
{
    list.count = 0;
    return import_find(tree_path(path), arena, &list, &err);
}

/* The only item that is found there. */
static const struct import_item *found(const char *path)
{
    static const struct import_item none = { .kind = IMPORT_FILE, .below = "", .prefix = "?" };
    T_EQ_I(find(path), RC_OK);
    T_EQ_I(list.count, 1);
    return list.count == 1 ? &list.items[0] : &none;
}

static enum rc take_log(void *context, int fd, const struct walk_entry *e, struct err *why)
{
    (void)context;
    (void)why;
    T_OK(fd >= 0 && e->is_log && e->end == 0);
    return RC_OK;
}

/* The paths of the bundle, joined; folders end in a slash, what is only named in "-", event logs that are handed over in "*". */
static const char *gathered(const struct import_item *item)
{
    static char text[8192];
    struct walk w = { .fd = -1 };
    int dir = -1;
    size_t n = 0;
    text[0] = '\0';
    T_EQ_I(import_open(item, &dir, &err), RC_OK);
    T_EQ_I(walk_begin(&w, arena, &walk_limits_default, &err), RC_OK);
    w.log = take_log;
    T_EQ_I(import_gather(item, dir, &w, &err), RC_OK);
    for (size_t i = 0; i < w.count; i++) {
        const struct walk_entry *e = &w.entries[i];
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s", n ? " " : "", e->path,
                              e->state == BUNDLE_FOLDER ? "/"
                              : e->is_log               ? "*"
                              : e->artifact_state       ? "-"
                                                        : "");
    }
    walk_done(&w);
    (void)close(dir);
    return text;
}

static void kits(void)
{
    begin();
    tree_file("usb/kit1/kit.txt", "kagimori-kit=1");
    tree_file("usb/kit1/hives/SAM", "x");
    tree_file("usb/kit1/logs/Security.evtx", "x");
    tree_file("usb/kit2/KIT.TXT", "kagimori-kit=1");
    tree_file("usb/readme", "x");
    const struct import_item *item = found("usb/kit1");
    T_EQ_I(item->kind, IMPORT_KIT);
    T_EQ_S(item->name, "kit1");
    T_EQ_S(gathered(item), "hives/ hives/SAM kit.txt logs/ logs/Security.evtx*");
    T_EQ_I(find("usb"), RC_OK);
    T_EQ_I(list.count, 2);
    T_EQ_S(list.items[0].name, "usb/kit1");
    T_EQ_S(list.items[1].below, "kit2");
    T_EQ_I(list.items[1].kind, IMPORT_KIT);
    end();
}

#define KEPT_FILE "Users/taro/AppData/Local/Microsoft/Group Policy/History/y/Drives.xml"

static void volumes(void)
{
    static const char *const files[] = {
        "WINDOWS/system32/config/SYSTEM",
        "WINDOWS/system32/config/SYSTEM.LOG1",
        "WINDOWS/system32/config/COMPONENTS",
        "WINDOWS/system32/config/RegBack/SAM",
        "WINDOWS/system32/Tasks/Microsoft/Backup",
        "WINDOWS/system32/winevt/Logs/Security.evtx",
        "WINDOWS/system32/winevt/Logs/Archive-Security-2026-01.evtx",
        "WINDOWS/system32/winevt/Logs/Application.evtx",
        "WINDOWS/system32/winevt/Logs/notes.txt",
        "WINDOWS/system32/GroupPolicy/Machine/Registry.pol",
        "WINDOWS/security/templates/policies/gpt00000.inf",
        "WINDOWS/explorer.exe",
        "programdata/ntuser.pol",
        "programdata/secret.txt",
        "programdata/Microsoft/Group Policy/History/x/Groups.xml",
        "Users/taro/NTUSER.DAT",
        "Users/taro/ntuser.dat.LOG2",
        KEPT_FILE,
        "Users/taro/AppData/Local/Microsoft/other.xml",
        "Users/taro/Documents/private.doc"
    };
    begin();
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char path[256];
        (void)snprintf(path, sizeof(path), "disk/%s", files[i]);
        tree_file(path, "x");
    }
    tree_link("disk/Users/All Users", "/etc");
    const struct import_item *item = found("disk");
    T_EQ_I(item->kind, IMPORT_IMAGE);
    T_EQ_S(
        gathered(item),
        "programdata/ntuser.pol "
        "WINDOWS/system32/config/ WINDOWS/system32/config/SYSTEM WINDOWS/system32/config/SYSTEM.LOG1 "
        "WINDOWS/system32/GroupPolicy/ WINDOWS/system32/GroupPolicy/Machine/ WINDOWS/system32/GroupPolicy/Machine/Registry.pol "
        "WINDOWS/security/templates/policies/ WINDOWS/security/templates/policies/gpt00000.inf "
        "programdata/Microsoft/Group Policy/History/ programdata/Microsoft/Group Policy/History/x/ "
        "programdata/Microsoft/Group Policy/History/x/Groups.xml "
        "WINDOWS/system32/Tasks/ WINDOWS/system32/Tasks/Microsoft/ WINDOWS/system32/Tasks/Microsoft/Backup "
        "Users/taro/AppData/Local/Microsoft/Group Policy/History/ "
        "Users/taro/AppData/Local/Microsoft/Group Policy/History/y/ " KEPT_FILE " "
        "Users/taro/NTUSER.DAT Users/taro/ntuser.dat.LOG2 Users/ "
        "WINDOWS/system32/winevt/Logs/ WINDOWS/system32/winevt/Logs/Application.evtx- "
        "WINDOWS/system32/winevt/Logs/Archive-Security-2026-01.evtx* WINDOWS/system32/winevt/Logs/Security.evtx*");
    item = found("disk/WINDOWS");
    T_EQ_I(item->kind, IMPORT_IMAGE);
    T_EQ_S(item->prefix, "Windows/");
    T_HAS(gathered(item), "Windows/system32/config/SYSTEM.LOG1 Windows/system32/GroupPolicy/");
    T_OK(!strstr(gathered(item), "Users"));
    end();
}

static void hives(void)
{
    begin();
    tree_file("h/sam", "x");
    tree_file("h/System", "x");
    tree_file("h/SYSTEM.LOG2", "x");
    tree_file("h/Security.evtx", "x");
    tree_file("h/notes.txt", "x");
    tree_file("h/SYSTEM.bak", "x");
    const struct import_item *item = found("h");
    T_EQ_I(item->kind, IMPORT_HIVES);
    T_EQ_S(gathered(item), "SYSTEM.LOG2 Security.evtx* System sam");
    end();
}

static void backups(void)
{
    begin();
    tree_file("b/" GUID_A "/bkupInfo.xml", "x");
    tree_file("b/" GUID_A "/DomainSysvol/GPO/Machine/registry.pol", "x");
    tree_file("b/" GUID_A "/gpreport.xml", "x");
    tree_file("b/" GUID_A "/DomainSysvol/GPO/Adm/system.adm", "x");
    tree_file("b/manifest.xml", "x");
    const struct import_item *item = found("b");
    T_EQ_I(item->kind, IMPORT_BACKUPS);
    T_HAS(gathered(item), GUID_A "/DomainSysvol/GPO/Machine/registry.pol");
    T_HAS(gathered(item), GUID_A "/gpreport.xml-");
    T_HAS(gathered(item), GUID_A "/DomainSysvol/GPO/Adm/system.adm-");
    item = found("b/" GUID_A);
    T_EQ_I(item->kind, IMPORT_BACKUPS);
    T_EQ_S(item->prefix, GUID_A "/");
    T_HAS(gathered(item), GUID_A "/ ");
    T_HAS(gathered(item), GUID_A "/bkupInfo.xml");
    end();
}

static void sysvol(void)
{
    begin();
    tree_file("s/corp.example/Policies/" GUID_A "/GPT.INI", "x");
    tree_file("s/corp.example/Policies/" GUID_B "/gpt.ini", "x");
    tree_file("s/corp.example/Policies/PolicyDefinitions/x.admx", "x");
    tree_file("s/corp.example/scripts/logon.bat", "x");
    tree_link("s/other", "corp.example");
    const struct import_item *item = found("s/corp.example");
    T_EQ_I(item->kind, IMPORT_SYSVOL);
    T_EQ_S(gathered(item),
           "Policies/ Policies/" GUID_A "/ Policies/" GUID_A "/GPT.INI Policies/" GUID_B
           "/ Policies/" GUID_B "/gpt.ini scripts/ scripts/logon.bat");
    item = found("s/corp.example/Policies");
    T_EQ_I(item->kind, IMPORT_SYSVOL);
    T_EQ_S(gathered(item), "Policies/ Policies/" GUID_A "/ Policies/" GUID_A
                           "/GPT.INI Policies/" GUID_B "/ Policies/" GUID_B "/gpt.ini");
    item = found("s"); /* the share: its other way to the same folder is a link */
    T_EQ_S(item->below, "corp.example");
    T_EQ_S(item->name, "s/corp.example");
    end();
}

static void files(void)
{
    begin();
    tree_file("f/a.ldif", "x");
    tree_file("f/b.LDF", "x");
    tree_file("f/Security.evtx", "x");
    tree_file("f/c.bin", "x");
    tree_file("f/d.zip", "x");
    tree_file("f/e.vhdx", "x");
    tree_file("f/SAM2/SAM", "x");
    T_EQ_I(found("f/a.ldif")->kind, IMPORT_LDIF);
    T_EQ_I(found("f/b.LDF")->kind, IMPORT_LDIF);
    T_EQ_I(found("f/Security.evtx")->kind, IMPORT_EVTX);
    T_EQ_I(found("f/c.bin")->kind, IMPORT_FILE);
    T_EQ_I(find("f/d.zip"), RC_USAGE);
    T_HAS(err.msg, "unpack");
    T_EQ_I(find("f/e.vhdx"), RC_USAGE);
    T_HAS(err.msg, "mount");
    T_EQ_I(find("f/SAM2/SAM"), RC_USAGE);
    T_HAS(err.msg, "name the folder");
    T_EQ_I(find("f"), RC_OK);
    T_EQ_I(list.count, 4); /* three files and the hives below */
    /* In a folder the content of what is called a log tells whether it is Samba's. */
    tree_file("f/auth.log", "x");
    tree_file("f/dsdb.JSON", "x");
    T_EQ_I(find("f"), RC_OK);
    T_EQ_I(list.count, 6);
    T_EQ_I(list.items[2].kind, IMPORT_GUESS);
    T_EQ_I(found("f/auth.log")->kind, IMPORT_FILE);
    end();
}

static void nothing(void)
{
    begin();
    tree_folder("empty/a/b");
    tree_folder("empty/SAM"); /* a folder is no hive */
    T_EQ_I(find("empty"), RC_USAGE);
    T_HAS(err.msg, "nothing here is understood");
    T_HAS(err.msg, "kit.txt");
    T_HAS(err.where, "empty");
    T_EQ_I(find("missing"), RC_USAGE);
    T_EQ_I(mkfifo(tree_path("pipe"), 0600), 0);
    T_EQ_I(find("pipe"), RC_USAGE); /* and does not wait for a writer */
    T_HAS(err.msg, "neither a file nor a folder");
    T_EQ_I(import_find("/dev/null", arena, &list, &err), RC_USAGE);
    end();
}

/* What is deep, and a folder that leads to itself. */
static void depth(void)
{
    begin();
    tree_file("d/1/2/3/4/kit.txt", "x");
    tree_link("d/1/2/loop", "..");
    T_EQ_S(found("d")->below, "1/2/3/4");
    tree_file("e/1/2/3/4/5/6/kit.txt", "x");
    T_EQ_I(find("e"), RC_USAGE);
    end();
}

/* What was a folder when it was found, and is a link when it is opened. */
static void swapped_for_a_link(void)
{
    int fd = -1;
    begin();
    tree_file("u/kit/kit.txt", "x");
    const struct import_item *item = found("u");
    T_EQ_I(rename(tree_path("u/kit"), tree_path("elsewhere")), 0);
    tree_link("u/kit", "/etc");
    T_EQ_I(import_open(item, &fd, &err), RC_USAGE);
    T_EQ_I(fd, -1);
    end();
}

#define TESTS(X) \
    X(kits)      \
    X(volumes)   \
    X(hives)     \
    X(backups) X(sysvol) X(files) X(nothing) X(depth) X(swapped_for_a_link)
T_MAIN("import find", TESTS)
