//! Keys with a prefix, or another mark, that their vendor has published so that they can be found.
//!
//! Each by what the vendor's own documentation, client or scanning partner programme says of its format. Keys that
//! are any 32 letters have no mark: they are found by the name before them (`assigned`) or not at all.

use std::ops::Range;

use super::super::detector::{Detector, Found, Hint};
use super::shape;
use Hint::Text;

/// Formats, the more particular ones first.
pub(super) const RULES: &[Detector] = &[
    // AWS: four letters that say what an id is, sixteen of base32 (IAM user guide, unique identifiers). Temporary
    // tokens begin with the base64 of a fixed protobuf head; Bedrock's keys with the base64 of their own name.
    Detector::key("aws-key", &[Text("AKIA"), Text("ASIA"), Text("ABIA"), Text("ACCA"), Text("A3T")], r"A(KIA|SIA|BIA|CCA|3T)[A-Z0-9]{16,17}").check(aws),
    Detector::key("aws-key", &[Text("ABSKQmVkcm9ja0FQSUtleS")], r"ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{50,300}={0,2}"),
    Detector::key("aws-key", &[Text("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t")], r"bedrock-api-key-[A-Za-z0-9+/]{28,}={0,2}"),
    Detector::key("aws-session", &[Text("IQoJb3JpZ2lu"), Text("FwoGZXIvYXdz"), Text("FQoGZXIvYXdz")], r"[A-Za-z0-9+/]{100,}={0,2}"),
    Detector::key("aws-mws", &[Text("amzn.mws.")], r"amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    // GitHub: prefix, thirty characters of chance, six of CRC32 in base62 ("Behind GitHub's new authentication
    // token formats"). The checksum is not asked for: keys that failed it were still issued to be secret.
    Detector::key("github-token", &[Text("ghp_"), Text("gho_"), Text("ghu_"), Text("ghs_"), Text("ghr_")], r"gh[pousr]_[A-Za-z0-9]{36,255}").check(no_filler),
    Detector::key("github-token", &[Text("github_pat_")], r"github_pat_[A-Za-z0-9_]{36,255}").check(no_filler),
    // GitLab: "Token overview", prefixes.
    Detector::key("gitlab-token", &[Text("glpat-"), Text("gldt-"), Text("glrt-"), Text("glrtr-"), Text("glcbt-"), Text("glptt-"), Text("glft-"), Text("glimt-"), Text("glagent-"), Text("gloas-"), Text("glsoat-"), Text("glffct-"), Text("glwt-")],
        r"gl(pat|dt|rtr|rt|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[A-Za-z0-9_-]{18,300}[.]?[A-Za-z0-9_.-]{0,40}").check(no_filler),
    Detector::key("gitlab-token", &[Text("GR1348941")], r"GR1348941[A-Za-z0-9_-]{20,30}").check(no_filler),
    Detector::key("gitlab-token", &[Text("_gitlab_session=")], r"_gitlab_session=[0-9a-z]{32}"),
    // Slack: "Token types"; webhooks hold their secret in the path.
    Detector::key("slack-token", &[Text("xoxb-"), Text("xoxa-"), Text("xoxp-"), Text("xoxr-"), Text("xoxs-"), Text("xoxo-"), Text("xoxd-"), Text("xoxc-"), Text("xoxe-")], r"xox[abcdeoprs]-[A-Za-z0-9%-]{10,400}").check(slack),
    Detector::key("slack-token", &[Text("xoxe.xox")], r"xoxe\.xox[bp]-\d-[A-Za-z0-9-]{100,400}"),
    Detector::key("slack-token", &[Text("xapp-")], r"xapp-\d-[A-Za-z0-9]{8,12}-\d{10,14}-[a-f0-9]{40,80}"),
    Detector::key("slack-webhook", &[Text("hooks.slack.com/")], r"hooks\.slack\.com/(services|workflows|triggers)/[A-Za-z0-9+/]{40,120}"),
    // Stripe: "API keys": kind, mode, chance; and signing secrets of webhooks.
    Detector::key("stripe-key", &[Text("sk_live_"), Text("sk_test_"), Text("sk_prod_"), Text("rk_live_"), Text("rk_test_"), Text("rk_prod_"), Text("sk_org_")], r"[sr]k_(live|test|prod|org_live|org_test)_[A-Za-z0-9]{10,250}").check(no_filler),
    Detector::key("stripe-key", &[Text("whsec_")], r"whsec_[A-Za-z0-9+/]{24,80}={0,2}").check(no_filler),
    // Google: API keys, OAuth client secrets, access and refresh tokens.
    Detector::key("gcp-key", &[Text("AIza")], r"AIza[A-Za-z0-9_-]{35}").check(no_filler),
    Detector::key("gcp-token", &[Text("ya29.")], r"ya29\.[A-Za-z0-9_.-]{20,2048}").check(no_filler),
    Detector::key("gcp-secret", &[Text("GOCSPX-")], r"GOCSPX-[A-Za-z0-9_-]{28}"),
    Detector::key("gcp-token", &[Text("1//0")], r"1//0[A-Za-z0-9_-]{40,200}"),
    // Azure: secrets of applications have `Q~` after their fourth character; keys of services a mark before the
    // checksum at their end ("Secure secret" formats).
    Detector::key("azure-secret", &[Text("0Q~"), Text("1Q~"), Text("2Q~"), Text("3Q~"), Text("4Q~"), Text("5Q~"), Text("6Q~"), Text("7Q~"), Text("8Q~"), Text("9Q~")], r"[\w~.]{3}\dQ~[\w~.-]{31,34}").back(azure).check(no_filler),
    Detector::key("azure-key", &[Text("AzFu"), Text("+ASt"), Text("AzSe"), Text("+AMC"), Text("+ARm"), Text("+ACR"), Text("ACDb"), Text("AzCa"), Text("AIoT"), Text("+AEh")], r"[A-Za-z0-9+/]{40,90}={0,2}").back(base64).check(azure_key),
    Detector::key("azure-key", &[Text("JQQJ99")], r"[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{26}").back(alphanumeric),
    Detector::key("azure-token", &[Text("AZDO")], r"[A-Za-z0-9]{84}").back(alphanumeric),
    // Models of language.
    Detector::key("openai-key", &[Text("sk-")], r"sk-[A-Za-z0-9_-]{20,300}").check(openai),
    Detector::key("anthropic-key", &[Text("sk-ant-")], r"sk-ant-(api|admin|sid|oat)\d{2}-[A-Za-z0-9_-]{80,200}").check(no_filler),
    Detector::key("openrouter-key", &[Text("sk-or-v1-")], r"sk-or-v1-[a-f0-9]{64}"),
    Detector::key("huggingface-token", &[Text("hf_")], r"hf_[A-Za-z]{34,40}").check(no_filler),
    Detector::key("huggingface-token", &[Text("api_org_")], r"api_org_[A-Za-z]{34}").check(no_filler),
    Detector::key("groq-key", &[Text("gsk_")], r"gsk_[A-Za-z0-9]{48,60}"),
    Detector::key("xai-key", &[Text("xai-")], r"xai-[A-Za-z0-9_-]{70,100}"),
    Detector::key("replicate-token", &[Text("r8_")], r"r8_[A-Za-z0-9]{37}"),
    Detector::key("perplexity-key", &[Text("pplx-")], r"pplx-[A-Za-z0-9]{40,60}").check(no_filler),
    Detector::key("langsmith-key", &[Text("lsv2_")], r"lsv2_(pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    Detector::key("pinecone-key", &[Text("pcsk_")], r"pcsk_[A-Za-z0-9]{5,10}_[A-Za-z0-9]{60,70}"),
    // Registries of packages and images.
    Detector::key("npm-token", &[Text("npm_")], r"npm_[A-Za-z0-9]{36}").check(no_filler),
    Detector::key("npm-token", &[Text("_authToken=")], r"_authToken=[\w./+=-]{12,300}").check(not_variable),
    Detector::key("pypi-token", &[Text("pypi-AgE")], r"pypi-AgE[A-Za-z0-9_-]{50,1000}"),
    Detector::key("api-key", &[Text("rubygems_")], r"rubygems_[a-f0-9]{48}"),
    Detector::key("clojars-token", &[Text("CLOJARS_"), Text("clojars_")], r"(CLOJARS|clojars)_[a-z0-9]{60}"),
    Detector::key("crates-token", &[Text("cio")], r"cio[A-Za-z0-9]{32}").check(strong),
    Detector::key("nuget-key", &[Text("oy2")], r"oy2[a-z0-9]{43}"),
    Detector::key("docker-token", &[Text("dckr_")], r"dckr_(pat|oat)_[A-Za-z0-9_-]{27,32}"),
    Detector::key("artifactory-key", &[Text("AKC")], r"AKC[a-zA-Z0-9]{10,90}").check(artifactory),
    Detector::key("artifactory-key", &[Text("AP0"), Text("AP1"), Text("AP2"), Text("AP3"), Text("AP4"), Text("AP5"), Text("AP6"), Text("AP7"), Text("AP8"), Text("AP9"), Text("APA"), Text("APB"), Text("APC"), Text("APD"), Text("APE"), Text("APF")], r"AP[0-9A-F][a-zA-Z0-9]{8,90}").check(artifactory),
    Detector::key("artifactory-key", &[Text("cmVmd")], r"cmVmd[A-Za-z0-9]{59}").check(strong),
    // Clouds and their tools.
    Detector::key("digitalocean-token", &[Text("dop_v1_"), Text("doo_v1_"), Text("dor_v1_")], r"do[opr]_v1_[a-f0-9]{64}"),
    Detector::key("databricks-token", &[Text("dapi")], r"dapi[a-f0-9]{32}(-2|-3)?"),
    Detector::key("heroku-key", &[Text("HRKU-")], r"HRKU-[A-Za-z0-9_-]{36,80}"),
    Detector::key("alibaba-key", &[Text("LTAI")], r"LTAI[A-Za-z0-9]{12,26}").check(strong),
    Detector::key("cloudflare-key", &[Text("v1.0-")], r"v1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),
    Detector::key("fly-token", &[Text("fo1_"), Text("fm1a_"), Text("fm1r_"), Text("fm2_")], r"f(o1|m1a|m1r|m2)_[A-Za-z0-9+/_=-]{43,2000}").check(no_filler),
    Detector::key("scalingo-token", &[Text("tk-us-")], r"tk-us-[A-Za-z0-9_-]{48}"),
    Detector::key("netlify-token", &[Text("nfp_")], r"nfp_[A-Za-z0-9]{36}"),
    Detector::key("render-key", &[Text("rnd_")], r"rnd_[A-Za-z0-9]{32}"),
    Detector::key("supabase-key", &[Text("sbp_"), Text("sb_secret_")], r"sb(p|_secret)_[A-Za-z0-9_-]{30,60}").check(strong),
    Detector::key("planetscale-token", &[Text("pscale_")], r"pscale_(tkn|oauth|pw)_[\w=.-]{32,64}"),
    Detector::key("pulumi-token", &[Text("pul-")], r"pul-[a-f0-9]{40}"),
    Detector::key("prefect-key", &[Text("pnu_")], r"pnu_[a-z0-9]{36}"),
    Detector::key("hashicorp-token", &[Text("hvs."), Text("hvb."), Text("hvr.")], r"hv[sbr]\.[A-Za-z0-9_-]{24,1000}").check(no_filler),
    Detector::key("hashicorp-token", &[Text(".atlasv1.")], r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{43,80}").back(alphanumeric),
    Detector::key("doppler-token", &[Text("dp.pt."), Text("dp.st."), Text("dp.ct."), Text("dp.sa."), Text("dp.scim."), Text("dp.audit.")], r"dp\.[a-z]{2,5}\.[A-Za-z0-9._-]{40,80}"),
    Detector::key("tailscale-key", &[Text("tskey-")], r"tskey-[a-z]{2,12}-[A-Za-z0-9_-]{20,80}"),
    Detector::key("openshift-token", &[Text("sha256~")], r"sha256~[\w-]{40,50}"),
    Detector::key("harness-key", &[Text("pat."), Text("sat.")], r"(pat|sat)\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}"),
    Detector::key("onepassword-token", &[Text("ops_eyJ")], r"ops_eyJ[A-Za-z0-9+/]{200,3000}={0,3}"),
    Detector::key("onepassword-key", &[Text("A3-")], r"A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}-?[A-Z0-9]{0,5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}").check(no_filler),
    Detector::key("age-key", &[Text("AGE-SECRET-KEY-1")], r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    // Building and watching.
    Detector::key("grafana-token", &[Text("glc_"), Text("glsa_")], r"gl(c|sa)_[A-Za-z0-9_+/]{32,400}={0,3}").check(no_filler),
    Detector::key("grafana-key", &[Text("eyJrIjoi")], r"eyJrIjoi[A-Za-z0-9]{70,400}={0,3}"),
    Detector::key("newrelic-key", &[Text("NRAK-"), Text("NRII-"), Text("NRJS-"), Text("NRRA-"), Text("NRIQ-"), Text("NRSP-"), Text("NRBR-")], r"NR(AK|II|JS|RA|IQ|SP|BR)-[A-Za-z0-9-]{19,40}").check(no_filler),
    Detector::key("sentry-token", &[Text("sntrys_"), Text("sntryu_"), Text("sntrya_")], r"sntry[sua]_[A-Za-z0-9+/=_-]{40,400}").check(no_filler),
    Detector::key("dynatrace-token", &[Text("dt0c01."), Text("dt0s")], r"dt0[a-z]\d{2}\.[A-Za-z0-9]{8,24}\.[A-Za-z0-9]{64}"),
    Detector::key("sonar-token", &[Text("squ_"), Text("sqp_"), Text("sqa_")], r"sq[upa]_[A-Za-z0-9]{40}"),
    Detector::key("sourcegraph-token", &[Text("sgp_")], r"sgp_[A-Za-z0-9_]{40,70}").check(strong),
    Detector::key("snyk-token", &[Text("snyk_")], r"snyk_(uat|sat)\.[a-z0-9]{8}\.[A-Za-z0-9._-]{50,400}"),
    Detector::key("buildkite-token", &[Text("bkua_")], r"bkua_[a-z0-9]{40}"),
    Detector::key("circleci-token", &[Text("CCIPAT_"), Text("CCIPRJ_")], r"CCIP(AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}"),
    Detector::key("octopus-key", &[Text("API-")], r"API-[A-Z0-9]{25,32}").check(strong),
    Detector::key("postman-key", &[Text("PMAK-")], r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    Detector::key("infracost-key", &[Text("ico-")], r"ico-[A-Za-z0-9]{32}").check(strong),
    Detector::key("readme-key", &[Text("rdme_")], r"rdme_[a-z0-9]{70}"),
    Detector::key("figma-token", &[Text("figd_")], r"figd_[A-Za-z0-9_-]{38,44}"),
    // Offices.
    Detector::key("atlassian-token", &[Text("ATATT3"), Text("ATCTT3"), Text("ATTA"), Text("ATBB")], r"AT(ATT3|CTT3|TA|BB)[A-Za-z0-9_=-]{28,300}").check(strong),
    Detector::key("linear-key", &[Text("lin_api_"), Text("lin_oauth_")], r"lin_(api|oauth)_[A-Za-z0-9]{40,64}"),
    Detector::key("notion-token", &[Text("ntn_")], r"ntn_\d{11}[A-Za-z0-9]{35}"),
    Detector::key("notion-token", &[Text("secret_")], r"secret_[A-Za-z0-9]{43}").check(strong),
    Detector::key("airtable-token", &[Text("pat")], r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    Detector::key("adobe-secret", &[Text("p8e-"), Text("p8E-")], r"p8[eE]-[A-Fa-f0-9]{32}"),
    Detector::key("contentful-token", &[Text("CFPAT-")], r"CFPAT-[\w-]{43}"),
    Detector::key("typeform-token", &[Text("tfp_")], r"tfp_[A-Za-z0-9_.=-]{40,80}").check(strong),
    Detector::key("frameio-token", &[Text("fio-u-")], r"fio-u-[A-Za-z0-9_=-]{64}"),
    Detector::key("dropbox-token", &[Text("sl.")], r"sl\.[A-Za-z0-9_-]{130,1400}"),
    Detector::code("discord-token", &[Hint::Byte(b'.')], discord),
    Detector::key("discord-webhook", &[Text("/api/webhooks/")], r"/api/webhooks/\d{17,20}/[\w-]{60,80}"),
    Detector::key("teams-webhook", &[Text(".webhook.office.com/")], r"\.webhook\.office\.com/webhookb2/[A-Za-z0-9@/-]{60,200}"),
    Detector::key("telegram-token", &[Text(":AA")], r"\d{5,16}:AA[A-Za-z0-9_-]{32,33}").back(digit),
    // Money and mail.
    Detector::key("square-token", &[Text("sq0atp-"), Text("sq0csp-"), Text("sq0idp-")], r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,60}").check(no_filler),
    Detector::key("square-token", &[Text("EAAA")], r"EAAA[A-Za-z0-9_-]{22,70}").check(strong),
    Detector::key("facebook-token", &[Text("EAAC"), Text("EAAM"), Text("EAAB"), Text("EAAG")], r"EAA[CMBG][A-Za-z0-9]{80,400}"),
    Detector::key("facebook-token", &[Hint::Byte(b'|')], r"\d{15,16}\|[A-Za-z0-9_-]{27}").back(digit).check(strong),
    Detector::key("twitter-token", &[Text("AAAAAAAAAAAAAAAAAAAA")], r"A{20,24}[A-Za-z0-9%]{60,120}").check(strong),
    Detector::key("shopify-token", &[Text("shpat_"), Text("shpca_"), Text("shppa_"), Text("shpss_"), Text("shptka_")], r"shp(at|ca|pa|ss|tka)_[A-Fa-f0-9]{32}"),
    Detector::key("braintree-token", &[Text("access_token$")], r"access_token\$(production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    Detector::key("plaid-token", &[Text("access-sandbox-"), Text("access-development-"), Text("access-production-")], r"access-(sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    Detector::key("easypost-key", &[Text("EZAK"), Text("EZTK")], r"EZ[AT]K[A-Za-z0-9]{54}"),
    Detector::key("api-key", &[Text("duffel_")], r"duffel_(test|live)_[A-Za-z0-9_=-]{43}"),
    Detector::key("flutterwave-key", &[Text("FLWSECK"), Text("FLWPUBK")], r"FLW(SECK|PUBK)(_TEST)?-[A-Za-z0-9]{12,32}(-X)?"),
    Detector::key("api-key", &[Text("shippo_")], r"shippo_(live|test)_[a-f0-9]{40}"),
    Detector::key("sendgrid-key", &[Text("SG.")], r"SG\.[A-Za-z0-9_=.-]{60,70}").check(strong),
    Detector::key("mailgun-key", &[Text("key-")], r"key-[a-f0-9]{32}"),
    Detector::key("mailgun-key", &[Text("pubkey-")], r"pubkey-[a-f0-9]{32}"),
    Detector::key("mailchimp-key", &[Text("-us")], r"[a-f0-9]{32}-us\d{1,2}").back(hex),
    Detector::key("brevo-key", &[Text("xkeysib-"), Text("xsmtpsib-")], r"x(key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    Detector::key("resend-key", &[Text("re_")], r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
    Detector::key("twilio-key", TWILIO, r"(SK|AC)[a-f0-9]{32}"),
    // Places and things.
    Detector::key("mapbox-token", &[Text("pk.eyJ1"), Text("sk.eyJ1"), Text("tk.eyJ1")], r"[pst]k\.eyJ1[A-Za-z0-9_-]{40,400}\.[A-Za-z0-9_-]{20,40}"),
    Detector::key("adafruit-key", &[Text("aio_")], r"aio_[A-Za-z0-9]{28}"),
    Detector::key("yandex-token", &[Text("t1.")], r"t1\.[A-Z0-9a-z_-]{2,20}[=]{0,2}\.[A-Z0-9a-z_-]{80,90}[=]{0,2}"),
    Detector::key("yandex-key", &[Text("AQVN")], r"AQVN[A-Za-z0-9_-]{35,38}"),
    Detector::key("intra42-secret", &[Text("s-s4t2")], r"s-s4t2(ud|af)-[a-f0-9]{64}"),
    Detector::key("settlemint-token", &[Text("sm_aat_"), Text("sm_pat_"), Text("sm_sat_")], r"sm_(aat|pat|sat)_[A-Za-z0-9]{16}"),
    // Whoever writes prefixes as they all do: `acme_live_`, `acme_pat_`, and much chance.
    Detector::key("api-key", &[Text("_live_"), Text("_test_"), Text("_prod_"), Text("_pat_"), Text("_sk_"), Text("_secret_"), Text("_token_"), Text("_key_"), Text("_api_")],
        r"[a-z]{2,12}_(live|test|prod|pat|sk|secret|token|key|api)_[A-Za-z0-9]{24,100}").back(word).check(strong),
];

/// Two letters and the first of 32 hexadecimal digits: hints have three bytes.
const TWILIO: &[Hint] = &[
    Text("SK0"),
    Text("SK1"),
    Text("SK2"),
    Text("SK3"),
    Text("SK4"),
    Text("SK5"),
    Text("SK6"),
    Text("SK7"),
    Text("SK8"),
    Text("SK9"),
    Text("SKa"),
    Text("SKb"),
    Text("SKc"),
    Text("SKd"),
    Text("SKe"),
    Text("SKf"),
    Text("AC0"),
    Text("AC1"),
    Text("AC2"),
    Text("AC3"),
    Text("AC4"),
    Text("AC5"),
    Text("AC6"),
    Text("AC7"),
    Text("AC8"),
    Text("AC9"),
    Text("ACa"),
    Text("ACb"),
    Text("ACc"),
    Text("ACd"),
    Text("ACe"),
    Text("ACf"),
];

fn alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

fn azure(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'.')
}

/// Not the `ghp_xxxxxxxxxxxx` of a manual.
fn no_filler(found: &Found<'_>) -> bool {
    let text = found.found();
    let tail = text.get(text.len() / 3..).unwrap_or_default();
    shape::entropy(tail) > 1.5
}

/// Chance all through, for short prefixes.
fn strong(found: &Found<'_>) -> bool {
    let text = found.found();
    shape::random(text) * 2 >= text.len() && shape::entropy(text) > 3.0
}

fn aws(found: &Found<'_>) -> bool {
    let text = found.found();
    text.len() == 20 && !text.ends_with("EXAMPLE")
}

fn slack(found: &Found<'_>) -> bool {
    let text = found.found();
    text.bytes().filter(u8::is_ascii_digit).count() > 3 && no_filler(found)
}

/// The mark in the middle of all keys of some years; without it, only what is chance all through.
fn openai(found: &Found<'_>) -> bool {
    found.found().contains("T3BlbkFJ") || strong(found) && found.found().len() >= 35
}

fn azure_key(found: &Found<'_>) -> bool {
    let bare = found.found().trim_end_matches('=');
    let mark = bare.len().checked_sub(10).and_then(|at| bare.get(at..));
    let marks = ["AzFu", "+ASt", "AzSe", "+AMC", "+ARm", "+ACR", "ACDb", "AzCa", "AIoT", "+AEh"];
    let marked = mark.is_some_and(|end| marks.iter().any(|mark| end.contains(mark)));
    marked && bare.len() >= 52 && shape::entropy(bare) > 4.0
}

fn artifactory(found: &Found<'_>) -> bool {
    let text = found.found();
    let small = text.bytes().any(|byte| byte.is_ascii_lowercase());
    small && (text.len() == 73 || text.len() >= 60 && strong(found))
}

fn not_variable(found: &Found<'_>) -> bool {
    let value = found.found().strip_prefix("_authToken=").unwrap_or_default();
    shape::random(value) >= 8
}

/// Three parts: a number in base64 (so `M`, `N` or `O` begins it), six characters of time, and the rest.
fn discord(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    // Most dots go no further than this.
    if bytes.get(at + 7) != Some(&b'.') || !bytes[at + 1..at + 7].iter().all(|byte| word(*byte)) {
        return None;
    }
    let before = bytes[..at].iter().rev().take(29).take_while(|byte| word(**byte)).count();
    let after = bytes[at + 8..].iter().take(39).take_while(|byte| word(**byte)).count();
    let range = at - before..at + 8 + after;
    let first = matches!(bytes.get(range.start), Some(b'M' | b'N' | b'O'));
    let is = first && (23..=28).contains(&before) && (27..=38).contains(&after);
    (is && shape::entropy(text.get(range.clone())?) > 3.5).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::super::super::Scrubber;
    use super::super::super::detector::Find;
    use super::*;

    /// A key of the format: for each class its characters in turn, from the middle of the alphabets on.
    fn sample(template: &str) -> String {
        let mut out = String::new();
        let mut chars = template.chars().peekable();
        let mut next = 7_usize;
        while let Some(c) = chars.next() {
            let set: Vec<char> = match c {
                '(' => {
                    let group: String = chars.by_ref().take_while(|c| *c != ')').collect();
                    chars.next_if_eq(&'?');
                    out.push_str(group.split('|').next().unwrap());
                    continue;
                }
                '[' => {
                    let class: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    let has = |set: &str| class.contains(set);
                    let mut set = String::new();
                    for (range, letters) in [
                        ("0-9", "7391804265"),
                        ("\\d", "7391804265"),
                        ("a-f", "bdface"),
                        ("A-F", "BDFACE"),
                        ("A-Z", "QKXZRBTMWJ"),
                        ("a-z", "qkxzrbtmwj"),
                        ("\\w", "q7K3x9Z1"),
                    ] {
                        if has(range) {
                            set.push_str(letters);
                        }
                    }
                    if set.is_empty() {
                        set = class.replace('\\', "");
                    }
                    set.chars().collect()
                }
                '\\' => match chars.next().unwrap() {
                    'd' => "7391804265".chars().collect(),
                    'w' => "q7K3x9Z1".chars().collect(),
                    other => vec![other],
                },
                other => vec![other],
            };
            let mut count = 1;
            if chars.next_if_eq(&'?').is_some() {
                count = 0;
            } else if chars.next_if_eq(&'{').is_some() {
                let inner: String = chars.by_ref().take_while(|c| *c != '}').collect();
                let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
                count = least.parse().unwrap();
                // Not the least where more may stand: most rules also want some chance in it.
                count = most.parse().unwrap_or(count + 24).min(count + 24).max(count);
                if count <= 3 && least == "0" {
                    count = 0;
                }
            }
            for _ in 0..count {
                next = (next * 29 + 17) % 1009;
                out.push(set[next % set.len()]);
            }
        }
        out
    }

    #[test]
    fn a_made_up_key_of_each_format_is_masked_and_nothing_around_it() {
        let scrubber = Scrubber::new();
        let mut tried = 0;
        for rule in RULES {
            let Find::Key(key) = rule.find else { continue };
            let key = sample(key.template);
            let hint = |hint: &Hint| matches!(hint, Text(hint) if key.contains(hint));
            // Where the format begins with the mark, and the sample has one that is told apart by more.
            if !rule.hints.iter().any(hint) {
                continue;
            }
            let text = format!("got {key} from it");
            let once = scrubber.text(&text).into_owned();
            let fits = once.starts_with("got [redacted:") && once.ends_with("] from it");
            tried += usize::from(fits);
            let known = [
                "aws-key",
                "azure-key",
                "twitter-token",
                "square-token",
                "artifactory-key",
                "supabase-key",
            ];
            assert!(fits || known.contains(&rule.name), "{}: {text} became {once}", rule.name);
            // The same in a longer word is another word.
            if fits && !matches!(rule.name, "slack-webhook" | "teams-webhook" | "discord-webhook") {
                let text = format!("gotx{key}");
                assert!(!scrubber.text(&text).starts_with("got[redacted"), "{text}");
            }
        }
        assert!(tried > 80, "{tried} formats were tried");
    }

    #[test]
    fn fillers_and_examples_are_no_keys() {
        let scrubber = Scrubber::new();
        for text in [
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "AKIAIOSFODNN7EXAMPLE",
            "sk_live_",
            "xoxb-your-token",
            "key-file",
            "pat.sat.mat",
            "task-us-east-1",
        ] {
            assert_eq!(scrubber.text(text), text);
        }
    }
}
