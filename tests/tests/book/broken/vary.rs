//! 会变的词：声明要有界限、要用得上；比较时一处不差。

use std::collections::BTreeMap;
use std::path::Path;

use book_tests::session::Session;
use book_tests::vary::{self, Vary};

use super::tests;

tests!("vary":
    needs_a_word, whole_line, undeclared_word, words_are_single, bounds, same_name_two_kinds,
    same_text, declared_word, word_out_of_range, undeclared_difference, extra_line, missing_line,
    recorded_sample_must_fit, stale_declaration, one_declaration_one_line, same_name_same_value, across_terminals,
    leading_zero_is_not_the_integer, one_of, prefix_of, words_on_one_line, literal_brace, last_newline,
);

fn session(declarations: &str) -> Result<Session, String> {
    let text = format!("terminals = [\"a\"]\n[[step]]\nin = \"a\"\ntype = \"ls\"\n{declarations}");
    Session::parse(Path::new("listings/ch01/sessions/demo.toml"), &text)
}

fn declare(line: &str, words: &str) -> String {
    format!("[[vary]]\nin = \"a\"\nline = \"{line}\"\n{words}\n")
}

#[track_caller]
fn rejects(line: &str, words: &str, why_contains: &str) {
    match session(&declare(line, words)) {
        Ok(_) => panic!("应当拒绝：{line}，{words}"),
        Err(why) => assert!(
            why.contains(why_contains),
            "说明里没有“{why_contains}”：{why}"
        ),
    }
}

#[track_caller]
fn declared(declarations: &str) -> Vec<Vary> {
    session(declarations)
        .unwrap_or_else(|why| panic!("{why}"))
        .vary
}

#[track_caller]
fn vary(line: &str, words: &str) -> Vec<Vary> {
    declared(&declare(line, words))
}

fn port() -> Vec<Vary> {
    vary("线上 {n} 号", "n = { integer = [1024, 65535] }")
}

#[track_caller]
fn differs(recorded: &str, actual: &str, vary: &[Vary], words: &str) {
    match vary::compare("a", recorded, actual, vary) {
        Ok(()) => panic!("应当不同：{recorded:?} 与 {actual:?}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 声明会变，却没说哪个词。
fn needs_a_word() {
    rejects("端口", "", "没有会变的词");
}

/// 整行都可变，等于不比较；只剩标点也一样，列出几个词也一样。
fn whole_line() {
    rejects("{n}", "n = { integer = [0, 9] }", "整行都会变");
    rejects("  {n}：", "n = { integer = [0, 9] }", "整行都会变");
    rejects(
        "{how}",
        "how = { one_of = [\"写完\", \"离开\"] }",
        "整行都会变",
    );
    rejects("{text}！", "text = { prefix_of = \"Hello\" }", "整行都会变");
}

/// 样式里的词没有声明取值。
fn undeclared_word() {
    rejects("第 {n} 个", "", "{n} 没有声明");
    rejects("第 {n} 个", "m = { pid = true }", "{n}");
    rejects(
        "第 {n} 个",
        "n = { pid = true }\nm = { pid = true }",
        "声明了 m",
    );
}

/// one_of 列的是词，不是一句话；空的、写了两次的、只有一个的都不是“几个词之一”。
fn words_are_single() {
    for list in [
        "[\"全部写完\", \"客户端 已经离开\"]",
        "[\"a\", \"b\\tc\"]",
        "[\"a\", \"b\\nc\"]",
        "[\"a\", \"\"]",
        "[\"a\", \"a\"]",
        "[\"a\"]",
        "[]",
    ] {
        rejects("结果：{w}", &format!("w = {{ one_of = {list} }}"), "one_of");
    }
    let many: Vec<String> = (0..17).map(|n| format!("\"w{n}\"")).collect();
    let many = format!("w = {{ one_of = [{}] }}", many.join(", "));
    rejects("结果：{w}", &many, "one_of");
    rejects("结果：{w}", "w = { prefix_of = \"H\" }", "prefix_of");
    rejects("结果：{w}", "w = { prefix_of = \"H\\nello\" }", "prefix_of");
}

/// 整数要有说得通的上下限；pid 不能是 false。
fn bounds() {
    let full = format!("[{}, {}]", i64::MIN, i64::MAX);
    for range in [
        full.as_str(),
        "[0, 4294967296]",
        "[-1, 9]",
        "[9, 1]",
        "[7, 7]",
    ] {
        rejects(
            "第 {n} 个",
            &format!("n = {{ integer = {range} }}"),
            "integer",
        );
    }
    rejects("第 {n} 个", "n = { pid = false }", "pid");
    rejects("第 {n} 个", "n = { any = true }", "any");
}

/// 同名的词要一样声明，或者后面的不再声明。
fn same_name_two_kinds() {
    let first = declare("第 {n} 个", "n = { integer = [1, 9] }");
    let other = declare("共 {n} 个", "n = { integer = [1, 8] }");
    match session(&(first.clone() + &other)) {
        Ok(_) => panic!("应当拒绝"),
        Err(why) => assert!(why.contains("取值不同"), "{why}"),
    }
    assert_eq!(declared(&(first + &declare("共 {n} 个", ""))).len(), 2);
}

/// 相同就是相同。
fn same_text() {
    assert_eq!(vary::compare("a", "一\n二\n", "一\n二\n", &[]), Ok(()));
}

/// 声明过的词可以变。
fn declared_word() {
    assert_eq!(
        vary::compare("a", "线上 2000 号\n完\n", "线上 3000 号\n完\n", &port()),
        Ok(())
    );
}

/// 但要在范围里。
fn word_out_of_range() {
    differs("线上 2000 号\n", "线上 80 号\n", &port(), "+ 线上 80 号");
}

/// 没声明的不许变；差异里看得见是哪一行，合格的那行不混进来。
fn undeclared_difference() {
    differs(
        "线上 2000 号\n完\n",
        "线上 3000 号\n完了\n",
        &port(),
        "- 完\n  + 完了",
    );
}

/// 多一行。
fn extra_line() {
    differs("一\n", "一\n二\n", &[], "+ 二");
}

/// 少一行。
fn missing_line() {
    differs("一\n二\n", "一\n", &[], "- 二");
}

/// 录音自己也要符合声明，否则声明写错了没人知道。
fn recorded_sample_must_fit() {
    differs("线上 80 号\n", "线上 80 号\n", &port(), "没有符合它的行");
}

/// 录音里没有这样的一行了，声明却还在。
fn stale_declaration() {
    let both = declare("线上 {n} 号", "n = { integer = [1024, 65535] }")
        + &declare("线下 {m} 号", "m = { integer = [1024, 65535] }");
    let text = "线上 2000 号\n";
    differs(text, text, &declared(&both), "“线下 {m} 号”");
    let texts = BTreeMap::from([("a".to_owned(), text.to_owned())]);
    let result = vary::consistent(&texts, &declared(&both));
    assert!(result.is_err_and(|why| why.contains("“线下 {m} 号”")));
}

/// 一条声明对一行：多出来的一行要么另写一条，要么不许变；多出来的声明是过时的。
fn one_declaration_one_line() {
    let (recorded, actual) = (
        "线上 2000 号\n线上 3000 号\n",
        "线上 4000 号\n线上 5000 号\n",
    );
    differs(recorded, actual, &port(), "- 线上 3000 号");
    let line = |name: &str| {
        declare(
            &format!("线上 {{{name}}} 号"),
            &format!("{name} = {{ integer = [1024, 65535] }}"),
        )
    };
    let two = declared(&(line("first") + &line("second")));
    assert_eq!(vary::compare("a", recorded, actual, &two), Ok(()));
    let three = declared(&(line("first") + &line("second") + &line("third")));
    differs(recorded, actual, &three, "{third}");
}

/// 同名的词在一次运行里是同一个值。
fn same_name_same_value() {
    let vary = declared(
        &(declare("选了 {port} 号", "port = { integer = [1024, 65535] }")
            + &declare("用的 {port} 号", "")),
    );
    let text = |a: u32, b: u32| format!("选了 {a} 号\n用的 {b} 号\n");
    assert_eq!(
        vary::compare("a", &text(2000, 2000), &text(3000, 3000), &vary),
        Ok(())
    );
    differs(
        &text(2000, 2000),
        &text(3000, 4000),
        &vary,
        "第 1 行是 3000，终端 a 第 2 行却是 4000",
    );
    differs(&text(2000, 2001), &text(3000, 3000), &vary, "{port}");
}

/// 两个终端里同名的词也是。
fn across_terminals() {
    let text = "terminals = [\"a\", \"b\"]\n[[step]]\nin = \"a\"\ntype = \"ls\"\n[[step]]\nin = \"b\"\ntype = \"ls\"\n\
        [[vary]]\nin = \"a\"\nline = \"对端 {port}\"\nport = { integer = [1024, 65535] }\n\
        [[vary]]\nin = \"b\"\nline = \"本端 {port}\"\n";
    let vary = Session::parse(Path::new("listings/ch01/sessions/demo.toml"), text)
        .unwrap_or_else(|why| panic!("{why}"))
        .vary;
    let run = |a: &str, b: &str| {
        let texts = BTreeMap::from([("a".into(), a.into()), ("b".into(), b.into())]);
        vary::consistent(&texts, &vary)
    };
    assert_eq!(run("对端 2000\n", "本端 2000\n"), Ok(()));
    assert!(
        run("对端 2000\n", "本端 3000\n")
            .is_err_and(|why| why.contains("终端 a 第 1 行是 2000，终端 b 第 1 行却是 3000"))
    );
}

/// 007 不是 7。
fn leading_zero_is_not_the_integer() {
    differs("线上 2000 号\n", "线上 02000 号\n", &port(), "02000");
}

/// 几个词之一。
fn one_of() {
    let vary = vary("收到 {text}", "text = { one_of = [\"H\", \"Hello\"] }");
    assert_eq!(
        vary::compare("a", "收到 H\n", "收到 Hello\n", &vary),
        Ok(())
    );
    differs("收到 H\n", "收到 Hell\n", &vary, "Hell");
}

/// 一段文字的开头；只有它可以含空格，而且必须真是开头。
fn prefix_of() {
    let vary = vary("收到 {text}", "text = { prefix_of = \"Hello World!\" }");
    assert_eq!(
        vary::compare("a", "收到 H\n", "收到 Hello W\n", &vary),
        Ok(())
    );
    for wrong in ["收到 World!\n", "收到 \n", "收到 Hello World!!\n"] {
        differs("收到 H\n", wrong, &vary, "- 收到 H");
    }
}

/// 一行里几个会变的词，各查各的。
fn words_on_one_line() {
    let vary = vary(
        "{a} 到 {b}",
        "a = { integer = [1, 5] }\nb = { integer = [6, 9] }",
    );
    assert_eq!(vary::compare("a", "1 到 9\n", "5 到 6\n", &vary), Ok(()));
    differs("1 到 9\n", "6 到 5\n", &vary, "6 到 5");
}

/// strace 的输出里有花括号：写两个就是它本身。
fn literal_brace() {
    let vary = vary(
        "accept4(3, {{sin_port=htons({p})}, [16]) = 4",
        "p = { integer = [1024, 65535] }",
    );
    let line = |port: u32| format!("accept4(3, {{sin_port=htons({port})}}, [16]) = 4\n");
    assert_eq!(vary::compare("a", &line(2000), &line(3000), &vary), Ok(()));
    differs(&line(2000), &line(80), &vary, "htons(80)");
}

/// 行末的换行也算数。
fn last_newline() {
    differs("完\n", "完", &[], "行末没有换行");
}
