# What R says of the designs in a folder: Rscript expected.R FOLDER > expected.csv
# estimate, se, df, Wald, logit and beta limits come from the survey package; the rest are formulas written here
# from their sources, independently of the warehouse's SQL and Python.
suppressMessages({
  library(survey)
  library(jsonlite)
})
options(warn = -1, digits = 17, survey.adjust.domain.lonely = FALSE)

FIGURES <- c(
  "n_a", "success_a", "sumw_a", "n_b", "estimate", "se", "df", "wald_lo", "wald_hi", "logit_lo", "logit_hi",
  "beta_lo", "beta_hi", "wilson_lo", "wilson_hi", "kg_nchs_lo", "kg_nchs_hi", "mover_lo", "mover_hi", "n_eff",
  "n_eff_df", "deff_wr", "deff_kish", "nchs", "p_value"
)

# R keeps rounding errors (1e-18) where a variance is zero; the warehouse says zero.
zero_if_rounding <- function(se) if (is.na(se)) NA else if (se < 1e-12) 0 else se

t_quantile <- function(df) if (is.na(df) || df <= 0) NA else qt(0.975, df)

members <- function(data, domain) {
  inside <- rep(TRUE, nrow(data))
  if (domain != "*") {
    for (part in strsplit(domain, ";")[[1]]) {
      pair <- strsplit(part, "=")[[1]]
      inside <- inside & data[[pair[1]]] == pair[2]
    }
  }
  inside & !is.na(data$y)
}

make_design <- function(data, design) {
  if (!is.null(design$replicates)) {
    # A replicate in which a group has no weight is left out by R and leaves our standard error blank: not asked here.
    return(svrepdesign(
      data = data, weights = ~w, repweights = sapply(data[design$replicates$columns], as.numeric), type = "other",
      scale = 1, rscales = rep(design$replicates$factor, length.out = length(design$replicates$columns)),
      combined.weights = TRUE, mse = design$replicates$centre == "estimate"
    ))
  }
  named <- function(column) if (is.null(column)) NULL else as.formula(paste0("~", column))
  if (!is.null(design$fpc)) data[[design$fpc]] <- as.numeric(data[[design$fpc]])
  svydesign(
    ids = if (is.null(design$psu)) ~1 else named(design$psu), strata = named(design$strata),
    fpc = named(design$fpc), weights = ~w, data = data, nest = isTRUE(design$nest)
  )
}

# One group by itself.
group <- function(full, data, domain) {
  inside <- members(data, domain)
  y <- data$y[inside]
  w <- data$w[inside]
  found <- list(
    n = sum(inside), success = sum(y), sumw = sum(w), sumw2 = sum(w^2), share = NA, se = NA, df = NA, inside = inside
  )
  if (found$sumw <= 0) {
    return(found)
  }
  found$subset <- subset(full, inside)
  mean <- svymean(~y, found$subset)
  # Nobody or everybody is decided on answers that weigh something: a weighted mean can be 0.9999999999999998.
  answers <- unique(y[w > 0])
  found$certain <- length(answers) == 1
  found$share <- if (found$certain) answers else coef(mean)[[1]]
  found$se <- zero_if_rounding(SE(mean)[[1]])
  # df counts units with positively weighted members only, as R's degf of a subset does.
  found$df <- degf(found$subset)
  t <- t_quantile(found$df)
  found$n_star <- NA
  if (found$certain) {
    found$n_star <- found$n
  } else if (!is.na(found$se) && !is.na(t) && found$n > 1) {
    # NCHS, calculate_KornGraubard_CIs v2.0: the cap at n comes after the adjustment for degrees of freedom.
    effective <- found$share * (1 - found$share) / found$se^2
    found$n_star <- min(found$n, effective * (qt(0.975, found$n - 1) / t)^2)
  }
  x <- found$share * found$n_star
  found$kg_lo <- if (is.na(x)) NA else if (x == 0) 0 else qbeta(0.025, x, found$n_star - x + 1)
  found$kg_hi <- if (is.na(x)) NA else if (x == found$n_star) 1 else qbeta(0.975, x + 1, found$n_star - x)
  found
}

# Any sum of shares with coefficients: svyratio gives the covariances of groups that overlap.
contrast <- function(full, data, groups, coefficients) {
  if (any(is.na(sapply(groups, function(one) one$share)))) {
    return(list(estimate = NA, se = NA, df = NA))
  }
  for (k in seq_along(groups)) {
    data[[paste0("d", k)]] <- as.numeric(groups[[k]]$inside)
    data[[paste0("s", k)]] <- ifelse(groups[[k]]$inside, data$y, 0)
  }
  full$variables <- data
  # Degrees of freedom and the strata that lonely_psu = average averages over: those of the union of the groups.
  union <- subset(full, Reduce(`|`, lapply(groups, function(one) one$inside)))
  sums <- function(letter) as.formula(paste0("~", paste0(letter, seq_along(groups), collapse = "+")))
  ratios <- svyratio(sums("s"), sums("d"), union, covmat = TRUE)
  weights <- as.vector(diag(coefficients, length(coefficients)))
  variance <- as.numeric(t(weights) %*% vcov(ratios) %*% weights)
  estimate <- sum(coefficients * sapply(groups, function(one) one$share))
  stopifnot(abs(sum(weights * as.vector(ratios$ratio)) - estimate) < 1e-12)
  se <- zero_if_rounding(sqrt(max(variance, 0)))
  # Where two groups share nobody, svyby and svycontrast must agree (confint of svyby would take df = Inf).
  if (length(groups) == 2 && !any(groups[[1]]$inside & groups[[2]]$inside)) {
    union$variables$side <- factor(ifelse(union$variables$d1 == 1, "a", "b"))
    other <- svycontrast(svyby(~y, ~side, union, svymean, covmat = TRUE), c(a = 1, b = -1))
    stopifnot(is.na(se) || abs(zero_if_rounding(SE(other)[[1]]) - se) < 1e-12)
  }
  list(estimate = estimate, se = se, df = degf(union))
}

# Data presentation standards for proportions, NCHS series 2, no. 175.
presentation <- function(one) {
  width <- one$kg_hi - one$kg_lo
  effective <- if (one$certain) one$n else one$share * (1 - one$share) / one$se^2
  if (one$n < 30 || isTRUE(effective < 30)) return("suppress")
  if (is.na(width)) return("review")
  if (width >= 0.30) return("suppress")
  if (width > 0.05 && one$share > 0 && width / one$share > 1.30) return("suppress")
  if (one$certain || one$df < 8) return("review")
  "present"
}

answer <- function(full, data, query) {
  asked <- unlist(query[c("dom_a", "dom_b", "dom_c", "dom_d")[seq_len(switch(query$quantity, prop = 1, diff = 2, did = 4))]])
  groups <- lapply(asked, function(domain) group(full, data, domain))
  a <- groups[[1]]
  out <- setNames(as.list(rep(NA, length(FIGURES))), FIGURES)
  out[c("n_a", "success_a", "sumw_a")] <- a[c("n", "success", "sumw")]
  if (query$quantity == "prop") {
    out$nchs <- "no_data"
    if (a$sumw > 0) out$deff_kish <- a$n * a$sumw2 / a$sumw^2
    whole <- list(estimate = a$share, se = a$se, df = a$df)
  } else {
    out$n_b <- groups[[2]]$n
    whole <- contrast(full, data, groups, list(diff = c(1, -1), did = c(1, -1, -1, 1))[[query$quantity]])
  }
  out[c("estimate", "se", "df")] <- whole
  if (is.na(whole$estimate)) {
    return(out)
  }
  t <- t_quantile(whole$df)
  out$wald_lo <- whole$estimate - t * whole$se
  out$wald_hi <- whole$estimate + t * whole$se
  if (query$quantity != "prop") {
    if (!is.na(t) && !is.na(whole$se) && whole$se > 0) {
      out$p_value <- 2 * pt(-abs(whole$estimate / whole$se), whole$df)
    }
    if (query$quantity == "diff") {
      # MOVER (Zou and Donner 2008) from two Korn-Graubard intervals and the correlation of the design.
      b <- groups[[2]]
      r <- if (isTRUE(a$se > 0) && isTRUE(b$se > 0)) (a$se^2 + b$se^2 - whole$se^2) / (2 * a$se * b$se) else 0
      r <- if (is.na(r)) 0 else max(min(r, 1), -1)
      limit <- function(x, y) sqrt(pmax(x^2 + y^2 - 2 * r * x * y, 0))
      out$mover_lo <- whole$estimate - limit(a$share - a$kg_lo, b$kg_hi - b$share)
      out$mover_hi <- whole$estimate + limit(a$kg_hi - a$share, b$share - b$kg_lo)
    }
    return(out)
  }
  out[c("kg_nchs_lo", "kg_nchs_hi", "n_eff_df")] <- a[c("kg_lo", "kg_hi", "n_star")]
  out$nchs <- presentation(a)
  if (a$certain || is.na(a$se)) {
    return(out)
  }
  p <- a$share
  if (a$n > 1) out$deff_wr <- a$se^2 / (p * (1 - p) / (a$n - 1))
  if (!is.na(t)) {
    if (a$se > 0) {
      stopifnot(abs(confint(svymean(~y, a$subset), df = a$df)[1] - out$wald_lo) < 1e-12)
    }
    logit <- attr(svyciprop(~y, a$subset, method = "xlogit", df = a$df), "ci")
    out[c("logit_lo", "logit_hi")] <- if (a$se > 0) logit else c(p, p)
  }
  if (a$se > 0) {
    e <- out$n_eff <- p * (1 - p) / a$se^2
    if (!is.na(t)) {
      out[c("beta_lo", "beta_hi")] <- attr(svyciprop(~y, a$subset, method = "beta"), "ci")
      half <- t / (2 * e) * sqrt(4 * e * p * (1 - p) + t^2)
      out$wilson_lo <- (p + t^2 / (2 * e) - half) / (1 + t^2 / e)
      out$wilson_hi <- (p + t^2 / (2 * e) + half) / (1 + t^2 / e)
    }
  }
  out
}

printed <- function(value) {
  if (is.na(value)) "" else if (is.character(value)) value else sprintf("%.15g", as.numeric(value))
}

folder <- commandArgs(trailingOnly = TRUE)[1]
cat(sprintf("# %s, survey %s\n", R.version$version.string, packageVersion("survey")))
cat(paste(c("survey", "row", FIGURES), collapse = ","), "\n", sep = "")
for (path in sort(Sys.glob(file.path(folder, "*.queries.csv")), method = "radix")) {
  name <- sub("\\.queries\\.csv$", "", basename(path))
  design <- read_json(file.path(folder, paste0(name, ".json")), simplifyVector = TRUE)
  data <- read.csv(file.path(folder, paste0(name, ".csv")), colClasses = "character", na.strings = character())
  data$y <- as.numeric(data[[design$outcome]])
  data$w <- if (is.null(design$weight)) rep(1, nrow(data)) else as.numeric(data[[design$weight]])
  data <- data[!is.na(data$w), ]
  options(survey.lonely.psu = design$lonely_psu)
  full <- make_design(data, design)
  queries <- read.csv(path, colClasses = "character")
  for (at in seq_len(nrow(queries))) {
    found <- answer(full, data, queries[at, ])
    cat(paste(c(name, queries$row[at], sapply(found[FIGURES], printed)), collapse = ","), "\n", sep = "")
  }
}
