#include "statistics/distribution.h"

#include <boost/math/distributions/gamma.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace omnify::statistics {

double normal_quantile(double p) { return boost::math::quantile(boost::math::normal(), p); }

double normal_cdf(double z) { return boost::math::cdf(boost::math::normal(), z); }

double student_t_quantile(double p, double degrees_of_freedom) {
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), p);
}

double student_t_cdf(double t, double degrees_of_freedom) {
  return boost::math::cdf(boost::math::students_t(degrees_of_freedom), t);
}

// P(N ≤ c) = Q(c + 1, mean), the regularized upper incomplete gamma function.
double poisson_cdf(double count, double mean) { return mean <= 0 ? 1.0 : boost::math::gamma_q(count + 1, mean); }

double gamma_quantile(double p, double shape) {
  return boost::math::quantile(boost::math::gamma_distribution<>(shape, 1.0), p);
}

}  // namespace omnify::statistics
