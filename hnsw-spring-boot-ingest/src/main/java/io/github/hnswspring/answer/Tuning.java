package io.github.hnswspring.answer;
final class Tuning {
	static double d(String n, double v) { return Double.parseDouble(System.getProperty("t." + n, "" + v)); }
	static final int POOL = (int) d("pool", 40);
	static final int READ = (int) d("read", 12);
	static final int UNITS = (int) d("units", 120);
	static final int MERGE = (int) d("merge", 1);
	static final double UCOS = d("ucos", 0.65), UCOV = d("ucov", 0.35), UPAS = d("upas", 0.3);
	static final double PD = d("pd", 0.5), PC = d("pc", 0.3), PT = d("pt", 0.1), PU = d("pu", 0.5), PR = d("pr", 0.2), PS = d("ps", 0.2);
	static final double GAP = d("gap", 0.25);
	static final int QUOTES = (int) d("quotes", 3);
	static final int CHARS = (int) d("chars", 1100);
	static final double NAME = d("name", 0.3);
	static final double TABLE = d("table", 0.05), CODE = d("code", 0.05), LIST = d("list", 0.0);
	static final double COVSEC = d("covsec", 0.5);
	static final double ABSC = d("absc", 0), ABSV = d("absv", 0);
}
